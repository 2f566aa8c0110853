import { Environment, EvaluationError, ParseError, TypeError } from "@marcbachmann/cel-js";
import { refuse, RULE_TEXT_LIMITS, show, type Refusal } from "#wire";
import { SyntaxCheck } from "./condition-syntax.ts";
import type { Facts } from "./facts.ts";
import { FIELDS, readPath } from "./paths.ts";

/** Bounds of what is parsed; with the length of the text they bound the time of one evaluation. */
export const CONDITION_LIMITS: { readonly nodes: number; readonly depth: number; readonly list: number } = {
  nodes: 250,
  depth: 32,
  list: 100,
};

/** A condition, ready to be asked. */
export interface Condition {
  readonly text: string;
  /** True or false; or why it cannot be told, which counts as not matching. Never throws. */
  holds(facts: Facts): boolean | { readonly error: string };
  /** The facts that it names, as they are: `position.speed = 3.2, fence.name is missing`. */
  show(facts: Facts): string;
}

/** Facts shown with a condition; more than these explain nothing. */
const SHOWN = 6;
const MAX_FAILURE = 200;

/** Whole numbers stand for the same numbers with a fraction, which CEL by itself allows only when comparing. */
const mixNumbers = (environment: Environment): Environment => {
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
  };
  for (const [operator, compute] of Object.entries(operators)) {
    const handler = (a: number | bigint, b: number | bigint): number => compute(Number(a), Number(b));
    environment.registerOperator(`double ${operator} int: double`, handler);
    environment.registerOperator(`int ${operator} double: double`, handler);
  }
  return environment.registerOperator("double == int", (a: number, b: bigint) => a === Number(b));
};

const environment = mixNumbers(
  new Environment({
    limits: {
      maxAstNodes: CONDITION_LIMITS.nodes,
      maxDepth: CONDITION_LIMITS.depth,
      maxListElements: CONDITION_LIMITS.list,
      maxMapEntries: 0,
      maxCallArguments: 2,
    },
  })
    .registerVariable({ name: "event", schema: FIELDS.event })
    .registerVariable({ name: "device", schema: FIELDS.device })
    .registerVariable({ name: "fence", type: "dyn" })
    .registerVariable({ name: "position", schema: FIELDS.position }),
);

const wrongCondition = (what: string): Refusal => refuse("invalid_rule", `condition: ${what}`);

/** What an error of the library says, without the drawing of the place. */
const summaryOf = (error: unknown): string => {
  if (error instanceof ParseError || error instanceof TypeError || error instanceof EvaluationError) {
    const { summary, range } = error;
    return range === undefined ? summary : `${summary} (at character ${range.start + 1})`;
  }
  return error instanceof Error ? error.message : String(error);
};

/** Why an evaluation gave no answer; what is missing is called by its path. */
const failureOf = (error: unknown): string => {
  if (error instanceof EvaluationError && error.code === "no_such_key" && error.node !== undefined) {
    const { input, start, end } = error.node;
    return `${input.slice(start, end)} is missing`;
  }
  return summaryOf(error).slice(0, MAX_FAILURE);
};

const showAnswer = (answer: unknown): string => (typeof answer === "bigint" ? String(answer) : show(answer));

const showNamed = (paths: ReadonlyMap<string, readonly string[]>, facts: Facts): string =>
  [...paths]
    .slice(0, SHOWN)
    .map(([name, path]) => {
      const fact = readPath(facts, path);
      if (fact === undefined) return `${name} is missing`;
      if (fact instanceof Date) return `${name} = ${fact.toISOString()}`;
      return `${name} = ${Array.isArray(fact) ? `[${fact.join(", ")}]`.slice(0, 80) : show(fact)}`;
    })
    .join(", ");

/** Parses and checks: `ask` evaluates, and may throw. */
const parse = (text: string): { ask: (facts: Facts) => unknown; paths: SyntaxCheck["paths"] } | Refusal => {
  try {
    const parsed = environment.parse(text);
    const syntax = new SyntaxCheck();
    const wrong = syntax.find(parsed.ast);
    if (wrong !== undefined) return wrongCondition(`${wrong.what} (at character ${wrong.at + 1})`);
    const { valid, type, error } = parsed.check();
    if (!valid) return wrongCondition(summaryOf(error));
    if (type !== "bool" && type !== "dyn") return wrongCondition(`it gives ${type}; expected true or false`);
    return { ask: (facts) => parsed({ ...facts }) as unknown, paths: syntax.paths };
  } catch (error) {
    return wrongCondition(summaryOf(error));
  }
};

/**
 * Compiles a CEL expression over `event`, `device`, `fence` and `position` that must be true or false. Refuses, as
 * `invalid_rule`, what does not parse, names a field that there is not, compares what cannot be compared, or could
 * take long. Never throws.
 */
export const compileCondition = (text: string): Condition | Refusal => {
  if (text.length > RULE_TEXT_LIMITS.condition) {
    return wrongCondition(
      `it has ${text.length} characters; at most ${RULE_TEXT_LIMITS.condition} are allowed`,
    );
  }
  const parsed = parse(text);
  if ("code" in parsed) return parsed;
  return {
    text,
    holds: (facts) => {
      try {
        const answer = parsed.ask(facts);
        return typeof answer === "boolean"
          ? answer
          : { error: `it gives ${showAnswer(answer)}; expected true or false` };
      } catch (error) {
        return { error: failureOf(error) };
      }
    },
    show: (facts) => showNamed(parsed.paths, facts),
  };
};
