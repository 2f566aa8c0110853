import type { ASTNode } from "@marcbachmann/cel-js";
import { parseTime, show } from "#wire";
import { findWrongPath } from "./paths.ts";

/** Functions that a condition may call, and what each takes. */
const FUNCTIONS: ReadonlySet<string> = new Set([
  "has",
  "size",
  "int",
  "double",
  "string",
  "timestamp",
  "duration",
]);

/** Methods of texts. What they take is never longer than a fact or a literal, so none of them can be slow. */
const TEXT_METHODS: ReadonlySet<string> = new Set([
  "startsWith",
  "endsWith",
  "contains",
  "lowerAscii",
  "upperAscii",
  "trim",
]);

/** Methods of times (in UTC), of durations, of texts and of lists. */
const METHODS: ReadonlySet<string> = new Set([
  ...TEXT_METHODS,
  "size",
  "getFullYear",
  "getMonth",
  "getDate",
  "getDayOfWeek",
  "getHours",
  "getMinutes",
  "getSeconds",
  "getMilliseconds",
]);

const MAX_INT = 2n ** 63n - 1n;
/** `[-]`, then numbers with units, largest first: `1h30m`, `90s`, `1.5h`. */
const DURATION =
  /^-?(?=\d)(?:\d{1,7}(?:\.\d{1,3})?h)?(?:\d{1,9}(?:\.\d{1,3})?m)?(?:\d{1,9}(?:\.\d{1,9})?s)?$/;

/** The library takes no more than 30 characters. */
const isTimestamp = (text: string): boolean => text.length <= 30 && parseTime(text) !== undefined;

type NodeOf<Op extends ASTNode["op"]> = Extract<ASTNode, { readonly op: Op }>;

/** What is wrong, and where in the text. */
export interface Wrong {
  readonly at: number;
  readonly what: string;
}

const wrong = (node: ASTNode, what: string): Wrong => ({ at: node.start, what });

/** The path that a node spells: `a.b`, or `a["b"]`; undefined when it is none. */
const pathOf = (node: ASTNode): readonly string[] | undefined => {
  if (node.op === "id") return [node.args];
  if (node.op !== "." && node.op !== "[]") return undefined;
  const [left, right] = node.args;
  const key = typeof right === "string" ? right : right.op === "value" ? right.args : undefined;
  const before = pathOf(left);
  return before === undefined || typeof key !== "string" ? undefined : [...before, key];
};

/** Walks a parsed condition, refuses whatever is not on the list of what is allowed, and notes which facts it names. */
export class SyntaxCheck {
  /** Facts that are named, by their text. */
  readonly paths: Map<string, readonly string[]> = new Map();

  /** The first thing that is not allowed; undefined when there is none. `inText`: within what a method of text gets. */
  find(node: ASTNode, inText: boolean = false): Wrong | undefined {
    switch (node.op) {
      case "value":
        return findWrongLiteral(node);
      case "id":
      case ".":
        return this.#findInPath(node);
      case "[]":
        return this.#findInIndex(node, inText);
      case "call":
        return this.#findInCall(node, inText);
      case "rcall":
        return this.#findInMethod(node, inText);
      case "list":
        return this.#findInList(node);
      case "!_":
      case "-_":
        return this.find(node.args, inText);
      case "+":
        return findWrongSum(node, inText) ?? this.#findIn(node.args, inText);
      case "?:":
      case "||":
      case "&&":
      case "==":
      case "!=":
      case "<":
      case "<=":
      case ">":
      case ">=":
      case "in":
      case "-":
      case "*":
      case "/":
      case "%":
        return this.#findIn(node.args, inText);
      case "map":
      case ".?":
      case "[?]":
        break;
    }
    return wrong(node, "maps and optional fields are not known here");
  }

  #findIn(nodes: readonly ASTNode[], inText: boolean): Wrong | undefined {
    for (const node of nodes) {
      const found = this.find(node, inText);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #findInPath(node: NodeOf<"id" | "." | "[]">): Wrong | undefined {
    const path = pathOf(node);
    if (path === undefined) return wrong(node, "a field can only be asked of a name, such as position.speed");
    const what = findWrongPath(path);
    if (what === undefined) this.paths.set(path.join("."), path);
    return what === undefined ? undefined : wrong(node, what);
  }

  /** `device.groups[0]`, `position.attributes["a b"]`, `position.attributes[device.id]`. */
  #findInIndex(node: NodeOf<"[]">, inText: boolean): Wrong | undefined {
    if (pathOf(node) !== undefined) return this.#findInPath(node);
    const [left, key] = node.args;
    if (left.op === "id") return wrong(node, `the fields of ${left.args} can only be named, not computed`);
    return this.#findIn([left, key], inText);
  }

  #findInCall(node: NodeOf<"call">, inText: boolean): Wrong | undefined {
    const [name, args] = node.args;
    if (!FUNCTIONS.has(name)) {
      return wrong(node, `${name}() is not known; known functions are ${[...FUNCTIONS].join(", ")}`);
    }
    const [first] = args;
    if (name === "timestamp" && !isLiteral(first, isTimestamp)) {
      return wrong(node, 'timestamp() takes a time in RFC 3339, such as "2026-05-01T12:00:00Z"');
    }
    if (name === "duration" && !isLiteral(first, (text) => DURATION.test(text))) {
      return wrong(node, 'duration() takes hours, minutes and seconds, such as "1h30m" or "90s"');
    }
    return this.#findIn(args, inText);
  }

  #findInMethod(node: NodeOf<"rcall">, inText: boolean): Wrong | undefined {
    const [name, receiver, args] = node.args;
    if (!METHODS.has(name)) {
      return wrong(node, `.${name}() is not known; known methods are ${[...METHODS].join(", ")}`);
    }
    if (args.length > 0 && name.startsWith("get")) {
      return wrong(
        node,
        `.${name}() is in UTC and takes no time zone; hours of a place belong into the schedule`,
      );
    }
    return this.#findIn([receiver, ...args], inText || TEXT_METHODS.has(name));
  }

  #findInList(node: NodeOf<"list">): Wrong | undefined {
    const nested = node.args.find(
      (item) => item.op !== "value" && item.op !== "-_" && pathOf(item) === undefined,
    );
    if (nested !== undefined) return wrong(nested, "a list holds only literals and names");
    return this.#findIn(node.args, false);
  }
}

const isLiteral = (node: ASTNode | undefined, isRight: (text: string) => boolean): boolean =>
  node?.op === "value" && typeof node.args === "string" && isRight(node.args);

const findWrongLiteral = (node: NodeOf<"value">): Wrong | undefined => {
  const { args } = node;
  if (typeof args === "bigint") {
    return args > MAX_INT ? wrong(node, `${show(String(args))} is too large; at most ${MAX_INT}`) : undefined;
  }
  const plain = args === null || typeof args !== "object";
  return plain ? undefined : wrong(node, "bytes and unsigned numbers are not known here");
};

/** Sums that would make something long out of something short. */
const findWrongSum = (node: NodeOf<"+">, inText: boolean): Wrong | undefined => {
  if (inText) return wrong(node, "texts cannot be joined inside of another function");
  const list = node.args.find((side) => side.op === "list" || pathOf(side)?.join(".") === "device.groups");
  return list === undefined ? undefined : wrong(list, "lists cannot be joined");
};
