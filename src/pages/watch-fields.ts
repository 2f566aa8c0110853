import type { DeviceScope, Watch, WatchKind } from "#wire";
import { linesOf, numberOf, orAbsent, secondsOf, spanFields, times, type SpanFields } from "./field-text.ts";

/** A watch as its form has it: whatever was typed, right or wrong. Fields of other kinds stay as they were made. */
export interface WatchFields {
  readonly kind: WatchKind["kind"];
  readonly name: string;
  readonly groups: readonly string[];
  /** Ids, one a line. */
  readonly devices: string;
  readonly span: SpanFields;
  /** Kilometres per hour. */
  readonly speed: string;
  /** Id of a fence; empty for anywhere. */
  readonly fence: string;
  readonly days: readonly string[];
  readonly from: string;
  readonly by: string;
  readonly timeZone: string;
  /** Metres. */
  readonly radius: string;
  readonly exitMargin: string;
  readonly otherGroups: readonly string[];
  readonly otherDevices: string;
}

/** Kinds of watches, in the order in which people meet them. */
export const watchKinds: readonly {
  readonly kind: WatchKind["kind"];
  readonly title: string;
  readonly text: string;
}[] = [
  { kind: "silent", title: "Silence", text: "A device has sent nothing for some time." },
  { kind: "overspeed", title: "Speed", text: "A device is faster than allowed, in a fence or anywhere." },
  { kind: "motion", title: "Stops", text: "A device stops, or sets off again." },
  { kind: "absent", title: "Absence", text: "A device is not where it should be by a time of the day." },
  { kind: "proximity", title: "Nearness", text: "Two devices come near each other, or part." },
];

/** Is it a kind of watch? */
export function isWatchKind(kind: unknown): kind is WatchKind["kind"] {
  return watchKinds.some((known) => known.kind === kind);
}

/** A form that says nothing yet but what most people want. */
export function newWatch(kind: WatchKind["kind"], timeZone: string): WatchFields {
  return {
    kind,
    name: "",
    groups: [],
    devices: "",
    span: kind === "overspeed" ? { amount: "10", unit: "1" } : { amount: "15", unit: "60" },
    speed: "",
    fence: "",
    days: ["mon", "tue", "wed", "thu", "fri"],
    from: "",
    by: "",
    timeZone,
    radius: "",
    exitMargin: "",
    otherGroups: [],
    otherDevices: "",
  };
}

/** Hundredths are enough for a speed that people type. */
const kmh = (speed: number): string => String(Math.round(speed * 360) / 100);

function kindFields(watch: Watch): Partial<WatchFields> {
  switch (watch.kind) {
    case "silent":
      return { span: spanFields(watch.seconds) };
    case "overspeed":
      return { span: spanFields(watch.seconds), speed: kmh(watch.speed), fence: watch.fence ?? "" };
    case "motion":
      return {};
    case "absent": {
      const { fence, days, from = "", by, timeZone } = watch;
      return { fence, days, from, by, timeZone };
    }
    case "proximity":
      break;
  }
  const { radius, exitMargin, others } = watch;
  return {
    radius: String(radius),
    exitMargin: String(exitMargin),
    otherGroups: others?.groups ?? [],
    otherDevices: others?.devices?.join("\n") ?? "",
  };
}

/** A stored watch as its form has it. */
export function watchFields(watch: Watch, timeZone: string): WatchFields {
  const { name, groups = [], devices = [] } = watch;
  const common = { name, groups, devices: devices.join("\n") };
  return { ...newWatch(watch.kind, timeZone), ...common, ...kindFields(watch) };
}

const scopeOf = (groups: readonly string[], devices: string): { [Key in keyof DeviceScope]: unknown } => ({
  groups: orAbsent(groups),
  devices: orAbsent(linesOf(devices)),
});

function kindBody(fields: WatchFields): Readonly<Record<string, unknown>> {
  switch (fields.kind) {
    case "silent":
      return { seconds: secondsOf(fields.span) };
    case "overspeed":
      return {
        speed: times(numberOf(fields.speed), 1 / 3.6),
        seconds: secondsOf(fields.span),
        fence: fields.fence || undefined,
      };
    case "motion":
      return {};
    case "absent":
      return {
        fence: fields.fence || undefined,
        days: orAbsent(fields.days),
        by: fields.by,
        from: fields.from || undefined,
        timeZone: fields.timeZone.trim(),
      };
    case "proximity":
      break;
  }
  const others = scopeOf(fields.otherGroups, fields.otherDevices);
  const some = others.groups !== undefined || others.devices !== undefined;
  return {
    radius: numberOf(fields.radius),
    exitMargin: numberOf(fields.exitMargin),
    others: some ? others : undefined,
  };
}

/** What the form says, in the shape that the API takes; not checked. */
export function watchBody(fields: WatchFields): Readonly<Record<string, unknown>> {
  const { kind, name, groups, devices } = fields;
  return { kind, name: name.trim(), ...scopeOf(groups, devices), ...kindBody(fields) };
}
