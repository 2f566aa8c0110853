import { show } from "#wire";
import type { Facts, Scalar } from "./facts.ts";

const TIME = "google.protobuf.Timestamp";

/** What a path begins with. */
export type Root = keyof Facts;

/**
 * Every field that conditions and texts may name, with its CEL type. `properties` and `attributes` hold whatever
 * people and devices put there.
 */
export const FIELDS: Readonly<Record<Root, Readonly<Record<string, string>>>> = {
  event: {
    id: "string",
    type: "string",
    time: TIME,
    fix: TIME,
    detectedAt: TIME,
    lon: "double",
    lat: "double",
    late: "bool",
    withdrawn: "bool",
    reason: "string",
    watch: "string",
    other: "string",
  },
  device: { id: "string", name: "string", groups: "list<string>" },
  fence: { id: "string", name: "string", properties: "map<string, dyn>" },
  position: {
    lon: "double",
    lat: "double",
    time: TIME,
    altitude: "double",
    speed: "double",
    course: "double",
    accuracy: "double",
    attributes: "map<string, dyn>",
  },
};

const ROOTS = Object.keys(FIELDS).join(", ");

const isRoot = (name: string): name is Root => Object.hasOwn(FIELDS, name);

/** What is wrong with a path such as `["position", "speed"]`; undefined when there is such a field. */
export const findWrongPath = (path: readonly string[]): string | undefined => {
  const [root = "", field, ...rest] = path;
  if (!isRoot(root)) return `${show(root)} is not known; known are ${ROOTS}`;
  if (field === undefined) return undefined;
  const fields = FIELDS[root];
  const type = Object.hasOwn(fields, field) ? fields[field] : undefined;
  if (type === undefined) {
    return `${root} has no field ${show(field)}; it has ${Object.keys(fields).join(", ")}`;
  }
  const depth = type.startsWith("map") ? 1 : 0;
  return rest.length > depth ? `${path.slice(0, 2 + depth).join(".")} has no fields` : undefined;
};

/** What can stand at the end of a path; undefined for what is missing. */
export type Fact = Scalar | Date | readonly Scalar[] | Readonly<Record<string, unknown>> | undefined;

/** The value at a path that is right; undefined when it is missing. */
export const readPath = (facts: Facts, path: readonly string[]): Fact => {
  let value: unknown = facts;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value as Fact;
};

/** A fact as plain text: times in RFC 3339, lists with commas, nothing for what is missing. */
export const showFact = (fact: Fact): string => {
  if (fact === undefined || fact === null) return "";
  if (fact instanceof Date) return fact.toISOString();
  if (Array.isArray(fact)) return fact.join(", ");
  return typeof fact === "object" ? "" : String(fact);
};
