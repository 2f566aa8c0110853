import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRefusal } from "#wire";
import { compileCondition, CONDITION_LIMITS, type Condition } from "./condition.ts";
import { factsOf } from "./facts.ts";
import { FIELDS } from "./paths.ts";
import { aContext, aFix, anEvent } from "./testing/samples.ts";

const facts = factsOf(anEvent(), aContext());

const compile = (text: string): Condition => {
  const condition = compileCondition(text);
  if (isRefusal(condition)) throw new Error(condition.detail);
  return condition;
};
const holds = (text: string, of = facts): unknown => compile(text).holds(of);
const refusal = (text: string): string => {
  const condition = compileCondition(text);
  return isRefusal(condition) ? `${condition.code}: ${condition.detail}` : "let in";
};

describe("compileCondition", () => {
  it.each([
    "has(position.speed) && position.speed > 3",
    "position.speed * 3.6 > 11 && position.speed * 2 < 7",
    'event.type in ["enter", "exit"] && event.id == "e1" && !event.late && !event.withdrawn',
    'device.id.startsWith("van-") && device.name.lowerAscii().contains("blue")',
    '"north" in device.groups && size(device.groups) == 2 && device.groups[0] == "north"',
    'fence != null && fence.id == "port" && fence.name == "Port"',
    'fence.properties.limit > position.speed && "sea" in fence.properties.tags',
    'position.attributes.battery == 20 && position.attributes["cargo.kind"] == "fish"',
    "position.attributes.ignition && position.attributes.nothing == null",
    'event.time < timestamp("2026-06-02T06:00:00+02:00") || event.time.getHours() == 4',
    'position.time - event.time <= duration("1s") && event.detectedAt > event.fix',
    "position.attributes.battery > 10 ? position.speed > 3 : false",
    'double("3.5") > position.speed && int(position.speed) == 3 && string(position.lon) == "7.26"',
    "event.lon < 8 && event.lat >= 43.5 && position.accuracy <= 5 && -position.lon < 0",
  ])("[RC1] %s", (text) => {
    expect(holds(text)).toBe(true);
  });

  it("[RC2] takes whole numbers for the same numbers with a fraction", () => {
    const still = factsOf(anEvent(), aContext({ position: { ...aFix, speed: 20, attributes: { n: 4 } } }));
    for (const text of [
      "position.speed == 20",
      "20 == position.speed",
      "position.speed != 21",
      "position.speed >= 20 && position.speed < 21",
      "position.speed + 1 == 21",
      "1 - position.speed == -19.0",
      "position.speed / 8 == 2.5",
      "position.attributes.n == 4 && position.attributes.n * 2 == 8 && position.attributes.n in [3, 4]",
    ]) {
      expect([text, holds(text, still)]).toEqual([text, true]);
    }
  });

  it("[RC3] knows of every field whether it is there", () => {
    const bare = factsOf(anEvent({ fence: undefined as never }), { device: { id: "van-7", groups: [] } });
    for (const [root, fields] of Object.entries(FIELDS)) {
      for (const field of Object.keys(fields)) {
        expect(compile(`has(${root}.${field})`).holds(facts), field).toBeTypeOf("boolean");
        expect(compile(`has(${root}.${field})`).holds(bare), field).toBeTypeOf("boolean");
      }
    }
    expect(holds("has(position.altitude)")).toBe(false);
    expect(holds("has(position.lon)", bare)).toBe(false);
    expect(holds("has(device.name)", bare)).toBe(false);
    expect(holds("fence == null", bare)).toBe(true);
    expect(holds("has(fence.name)", bare)).toBe(false);
  });

  it("[RC4] knows a fence that is gone by its id alone", () => {
    const gone = factsOf(anEvent(), aContext({ fence: undefined as never }));
    expect(holds('fence.id == "port" && !has(fence.name)', gone)).toBe(true);
  });

  it("[RC5] gives no answer when something is missing or cannot be compared, and says what", () => {
    expect(holds("position.altitude > 3")).toEqual({ error: "position.altitude is missing" });
    expect(holds("position.attributes.fuel < 3")).toEqual({ error: "position.attributes.fuel is missing" });
    expect(holds("position.attributes.toString == 3")).toMatchObject({ error: /toString is missing/ });
    expect(holds('position.attributes["__proto__"] == 3')).toMatchObject({ error: /is missing/ });
    expect(holds("position.attributes.driver > 3")).toMatchObject({ error: /no such overload/ });
    expect(holds("position.attributes.battery")).toEqual({ error: "it gives 20; expected true or false" });
    expect(holds("fence.properties.owner == 1")).toEqual({ error: "fence.properties.owner is missing" });
    expect(holds("1 / 0 == 1")).toMatchObject({ error: /division by zero/ });
    expect(holds("int(1e308) * 2 > 1")).toMatchObject({ error: /integer overflow/ });
    expect((holds("int(1e308) * 2 > 1") as { error: string }).error.length).toBeLessThanOrEqual(200);
  });

  it("[RC6] lets true or false on one side decide what the other cannot", () => {
    expect(holds("position.altitude > 3 || position.speed > 3")).toBe(true);
    expect(holds("position.altitude > 3 && position.speed > 4")).toBe(false);
  });

  it.each([
    ["speed > 3", '"speed" is not known; known are event, device, fence, position'],
    ["position.sped > 3", 'position has no field "sped"; it has lon, lat, time, altitude, speed'],
    ["has(position.sped)", 'position has no field "sped"'],
    ['position["sped"] > 3', 'position has no field "sped"'],
    ["position.speed.x > 3", "position.speed has no fields"],
    ["position[device.id] > 3", "fields of position can only be named"],
    ["google.protobuf.Timestamp == 1", '"google" is not known'],
    ["position.speed > 3 &&", "Unexpected token: EOF (at character 22)"],
    ["position.speed", "it gives double; expected true or false"],
    ['position.speed > "fast"', "no such overload: double > string"],
    ['event.time > "2026-01-01T00:00:00Z"', "no such overload"],
  ])("[RC7] refuses %s", (text, part) => {
    expect(refusal(text)).toContain("invalid_rule: condition: ");
    expect(refusal(text)).toContain(part);
  });

  it.each([
    ['device.id.matches("(a+)+b")', "matches"],
    ["device.groups.exists(g, g == device.id)", "exists"],
    ["device.groups.all(g, true)", "all"],
    ["size(device.groups.map(g, g)) > 1", "map"],
    ["cel.bind(x, 1, x == 1)", "maxCallArguments"],
    ['size("a".split("b")) > 1', "split"],
    ['type(1) == type("a")', "type"],
    ["dyn(1) == 1", "dyn"],
    ['{"a": 1} == {"a": 1}', "Map"],
    ["{} == {}", "maps"],
    ["[[1]] == [[1]]", "list holds only"],
    ["[1 + 1] == [2]", "list holds only"],
    ["[1] + [2] == [1, 2]", "lists cannot be joined"],
    ["device.groups + device.groups == device.groups", "lists cannot be joined"],
    ['(device.id + device.id).contains("a")', "cannot be joined"],
    ['device.id.contains("a" + "b")', "cannot be joined"],
    ['b"a" == b"a"', "bytes"],
    ["1u == 1u", "unsigned"],
    ["99999999999999999999 > 1", "too large"],
    [`1${"0".repeat(900)} > 1`, "too large"],
    ['timestamp("yesterday") < event.time', "RFC 3339"],
    ["timestamp(device.id) < event.time", "RFC 3339"],
    ['duration("9999999999h") > duration("1h")', "duration() takes"],
    [`duration("${"1".repeat(500)}") > duration("1h")`, "duration() takes"],
    ["duration(device.id) > duration(device.id)", "duration() takes"],
    ['event.time.getHours("Europe/Paris") == 4', "in UTC"],
    [`${"(".repeat(400)}true${")".repeat(400)}`, "maxDepth"],
    ["[".repeat(900), "maxDepth"],
    [`${"!".repeat(900)}true`, "maxAstNodes"],
    [Array.from({ length: 140 }, () => "true").join("||"), "maxAstNodes"],
    [`1 in [${"1,".repeat(101)}]`, "maxListElements"],
    ["a".repeat(1001), "1001 characters"],
  ])("[RC8] refuses what has no bound: %s", (text, part) => {
    expect(refusal(text)).toContain("invalid_rule: condition: ");
    expect(refusal(text).toLowerCase()).toContain(part.toLowerCase());
  });

  it("[RC9] cuts properties of fences that are long, and leaves out what nests", () => {
    const extra = { long: "x".repeat(5000), many: Array.from({ length: 500 }, (_, n) => n), deep: { a: 1 } };
    const of = factsOf(anEvent(), aContext({ fence: { id: "port", name: "Port", extra } }));
    expect(holds("size(fence.properties.long) == 1024 && size(fence.properties.many) == 100", of)).toBe(true);
    expect(holds("has(fence.properties.deep)", of)).toBe(false);
  });

  it("[RC10] shows the facts that it names", () => {
    const condition = compile('position.speed > 3 && has(position.altitude) && "x" in device.groups');
    expect(condition.show(facts)).toBe(
      "position.speed = 3.2, position.altitude is missing, device.groups = [north, vans]",
    );
    expect(compile("event.time > event.fix").show(facts)).toBe(
      "event.time = 2026-06-02T04:12:00.000Z, event.fix = 2026-06-02T04:12:01.000Z",
    );
  });

  it("[RC11] is the same after however many evaluations, with and without errors", () => {
    const condition = compile("position.speed > 3 && position.attributes.battery < 30");
    const none = factsOf(anEvent(), aContext({ position: undefined as never }));
    for (let i = 0; i < 100; i++) {
      expect(condition.holds(facts)).toBe(true);
      expect(condition.holds(none)).toEqual({ error: "position.attributes.battery is missing" });
    }
  });
});

describe("any text", () => {
  const words =
    "position.speed position.attributes.driver device.groups fence fence.properties.tags event.time has( size( int( " +
    "string( duration( timestamp( .contains( .matches( .map(x, .all(g, cel.bind( ( ) [ ] { } , : ? ! - + * / % == < in " +
    '&& || . // 1 0x7f 1u 2.5e300 true null "a" b"a" r\' """ \\n __proto__ x';
  const word = fc.constantFrom("\n", ...words.split(" "));
  const text = fc.oneof(
    fc.array(word, { maxLength: 60 }).map((words) => words.join(" ")),
    fc.string({ unit: "binary", maxLength: 200 }),
  );

  it("[RC12] is compiled or refused, and evaluated, without an exception, and neither takes long", () => {
    let slowest = 0;
    const judged = fc.property(text, (source) => {
      const before = performance.now();
      const condition = compileCondition(source);
      const answer = isRefusal(condition) ? condition.code : typeof condition.holds(facts);
      slowest = Math.max(slowest, performance.now() - before);
      expect(["invalid_rule", "boolean", "object"]).toContain(answer);
    });
    fc.assert(judged, { numRuns: 5000, seed: 3 });
    // A thousand times what it takes: other work of the machine may lie between.
    expect(slowest).toBeLessThan(1000);
  });

  it("[RC13] that compares and joins is answered as plain logic of three values answers it", () => {
    type Asked = { readonly source: string; readonly answer: boolean | undefined };
    const values: Readonly<Record<string, number | undefined>> = {
      "position.speed": 3.2,
      "position.attributes.battery": 20,
      "position.attributes.none": undefined,
      "event.lon": 7.25,
    };
    const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
      "<": (a, b) => a < b,
      "<=": (a, b) => a <= b,
      ">": (a, b) => a > b,
      ">=": (a, b) => a >= b,
      "==": (a, b) => a === b,
      "!=": (a, b) => a !== b,
    };
    const join: Readonly<Record<string, (a?: boolean, b?: boolean) => boolean | undefined>> = {
      "&&": (a, b) =>
        a === false || b === false ? false : a === undefined || b === undefined ? undefined : true,
      "||": (a, b) =>
        a === true || b === true ? true : a === undefined || b === undefined ? undefined : false,
    };
    const number = fc.oneof(fc.integer({ min: -5, max: 25 }), fc.constantFrom(3.2, 7.25, 7.5, 20.5));
    const comparison = fc
      .tuple(fc.constantFrom(...Object.keys(values)), fc.constantFrom(...Object.keys(compare)), number)
      .map(([name, operator, right]): Asked => {
        const left = values[name];
        const answer = left === undefined ? undefined : compare[operator]!(left, right);
        return { source: `${name} ${operator} ${right}`, answer };
      });
    const { asked } = fc.letrec<{ asked: Asked }>((tie) => ({
      asked: fc.oneof(
        { maxDepth: 3 },
        comparison,
        fc
          .tuple(tie("asked"), fc.constantFrom(...Object.keys(join)), tie("asked"))
          .map(([a, operator, b]) => ({
            source: `(${a.source} ${operator} ${b.source})`,
            answer: join[operator]!(a.answer, b.answer),
          })),
        tie("asked").map(({ source, answer }) => ({
          source: `!(${source})`,
          answer: answer === undefined ? undefined : !answer,
        })),
      ),
    }));
    const agrees = fc.property(asked, ({ source, answer }) => {
      const got = holds(source);
      expect(typeof got === "object" ? undefined : got).toBe(answer);
    });
    expect(() => fc.assert(agrees, { numRuns: 1000, seed: 4 })).not.toThrow();
  });

  it("[RC14] has no more nodes than its bound says, whatever its length", () => {
    const most = Array.from({ length: 84 }, () => "true").join("||");
    expect(refusal(most)).toBe("let in");
    expect(CONDITION_LIMITS.nodes).toBe(250);
  });
});
