import { isRefusal, type Rule } from "#wire";
import { compileCondition } from "./condition.ts";
import { factsOf } from "./facts.ts";
import { createRules, type Rules } from "./match.ts";
import { isActive } from "./schedule.ts";
import { aContext, anEvent, aRule, MOMENT } from "./testing/samples.ts";

/**
 * Microseconds to match an event with a thousand rules of several kinds, to ask one condition, the slowest ones that
 * are let in, and the same question in plain code: `node --conditions=source src/rule/match.bench.ts`.
 */
const RULES = 1000;

/** Least and mean microseconds of ten runs of about 50 ms. */
function measure(work: () => unknown): { readonly min: number; readonly mean: number } {
  let rounds = 1;
  for (let took = 0; took < 50; rounds *= 2) {
    const start = performance.now();
    for (let i = 0; i < rounds; i++) work();
    took = performance.now() - start;
  }
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    for (let i = 0; i < rounds; i++) work();
    return ((performance.now() - start) * 1000) / rounds;
  });
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { min: Number(Math.min(...times).toFixed(3)), mean: Number(mean.toFixed(3)) };
}

const event = anEvent();
const context = aContext();

function thousand(changes: (index: number) => Partial<Rule>): Rules {
  const rules = createRules();
  for (let i = 0; i < RULES; i++) rules.put(aRule({ id: `r${String(i).padStart(4, "0")}`, ...changes(i) }));
  return rules;
}

const matching = (changes: (index: number) => Partial<Rule>) => {
  const rules = thousand(changes);
  return measure(() => rules.match(event, context, () => undefined));
};

const hours = [{ days: ["mon", "tue", "wed", "thu", "fri"], from: "08:00", to: "17:00" }] as const;
const schedule = { timeZone: "Europe/Paris", hours };
const condition = "has(position.speed) && position.speed > 20 && position.attributes.battery < 30";

/** As many of these as a condition may hold, on facts that make each of them long. */
function asking(
  piece: string,
  join: string,
  end: string = "",
): { readonly min: number; readonly mean: number } {
  for (let count = 100; count > 0; count--) {
    const compiled = compileCondition(Array.from({ length: count }, () => piece).join(join) + end);
    if (!isRefusal(compiled)) return measure(() => compiled.holds(longFacts));
  }
  throw new Error(`${piece} is not let in`);
}

const long = "a".repeat(1024);
const list = Array.from({ length: 100 }, (_, i) => `${"a".repeat(100)}${i}`);
const fence = {
  id: "port",
  name: "Port",
  extra: { a: long, b: `${"a".repeat(500)}b`, u: "İß".repeat(512), l: list },
};
const longFacts = factsOf(event, aContext({ fence }));
const facts = factsOf(event, context);
const plain = (): boolean =>
  facts.position.speed !== undefined &&
  facts.position.speed > 20 &&
  Number(facts.position.attributes["battery"]) < 30;
const compiled = compileCondition(condition);
if (isRefusal(compiled)) throw new Error(compiled.detail);

console.log(
  JSON.stringify({
    noRuleOfTypeUs: matching(() => ({ events: ["exit"] })),
    fenceEachUs: matching((i) => ({ fences: [`fence-${i}`] })),
    deviceEachUs: matching((i) => ({ devices: [`van-${1000 + i}`] })),
    scheduleUs: matching(() => ({ schedule })),
    conditionUs: matching(() => ({ condition })),
    allMatchUs: matching(() => ({ text: "{{device.name}} in {{fence.name}}", cooldownSeconds: 60 })),
    oneConditionUs: measure(() => compiled.holds(facts)),
    plainCodeUs: measure(plain),
    factsUs: measure(() => factsOf(event, context)),
    scheduleAloneUs: measure(() => isActive(schedule, MOMENT)),
    compileUs: measure(() => compileCondition(condition)),
    worst: {
      joinListsUs: asking("fence.properties.l", "+", " == []"),
      upperCaseUs: asking("size(fence.properties.u.upperAscii()) < 0", "||"),
      containsUs: asking("fence.properties.a.contains(fence.properties.b)", "||"),
      wrongTypesUs: asking("fence.properties.a > 1", "||"),
      missingUs: asking("fence.properties.z > 1", "||"),
    },
  }),
);
