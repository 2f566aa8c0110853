import type { EpochMs } from "#geo";
import type { ShareTerms, ShareWhat } from "#wire";
import { linesOf, numberOf, orAbsent, times } from "./field-text.ts";

/** What a link can show, as a form begins. */
export type ShareKind = "devices" | "groups" | "area" | "trip";

/** The kinds, with what a reader should know of each. */
export const shareKinds: readonly {
  readonly kind: ShareKind;
  readonly title: string;
  readonly text: string;
}[] = [
  {
    kind: "devices",
    title: "Devices",
    text: "where they are: a parcel for its receiver, a friend on the way",
  },
  {
    kind: "groups",
    title: "Groups",
    text: "whichever devices are in them at the moment: a fleet, the boats of a race",
  },
  { kind: "area", title: "An area", text: "whatever is in it: a port, a festival, a town" },
  { kind: "trip", title: "A trip", text: "what one device did in a span of time, and nothing else of it" },
];

/** Is it one of the kinds? */
export const isShareKind = (text: string | undefined): text is ShareKind =>
  shareKinds.some(({ kind }) => kind === text);

/** A link as a form has it. */
export interface ShareFields {
  readonly kind: ShareKind;
  readonly name: string;
  readonly devices: readonly string[];
  readonly groups: readonly string[];
  readonly fence: string;
  /** West, south, east and north in one line, where no fence is chosen. */
  readonly box: string;
  readonly device: string;
  readonly tripFrom: string;
  readonly tripTo: string;
  /** As controls for a date and a time have them, in UTC; empty for none. */
  readonly from: string;
  readonly to: string;
  readonly track: boolean;
  /** Minutes. */
  readonly delay: string;
  /** Metres. */
  readonly blur: string;
  /** One origin a line. */
  readonly embed: string;
}

/** A form that says nothing yet. */
export const newShare = (kind: ShareKind): ShareFields => ({
  kind,
  name: "",
  devices: [],
  groups: [],
  fence: "",
  box: "",
  device: "",
  tripFrom: "",
  tripTo: "",
  from: "",
  to: "",
  track: kind === "trip",
  delay: "",
  blur: "",
  embed: "",
});

/** What a control for a date and a time holds, to RFC 3339 in UTC; text that is none stays, so that it can be quoted. */
const momentOf = (text: string): string | undefined => {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(trimmed)) return `${trimmed}:00Z`;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$/.test(trimmed) ? `${trimmed}Z` : trimmed;
};

const controlOf = (time: EpochMs | undefined): string =>
  time === undefined ? "" : new Date(time).toISOString().slice(0, 16);

const whatOf = ({ kind, devices, groups, fence, box, device, tripFrom, tripTo }: ShareFields): unknown => {
  if (kind === "devices") return { devices: orAbsent(devices) ?? null };
  if (kind === "groups") return { groups: orAbsent(groups) ?? null };
  if (kind === "trip") return { trip: { device, from: momentOf(tripFrom), to: momentOf(tripTo) } };
  if (fence !== "" || box.trim() === "") return { area: fence };
  return {
    area: box
      .split(/[\s,;]+/)
      .filter((part) => part !== "")
      .map(numberOf),
  };
};

/** What everything but `what` says, as the API takes it; `null` takes away. */
export const shareTerms = ({
  name,
  from,
  to,
  track,
  delay,
  blur,
  embed,
}: ShareFields): Readonly<Record<string, unknown>> => ({
  name: name.trim(),
  from: momentOf(from) ?? null,
  to: momentOf(to) ?? null,
  track,
  delaySeconds: times(numberOf(delay), 60) ?? null,
  blurMeters: numberOf(blur) ?? null,
  embed: linesOf(embed),
});

/** A new link as the API takes it. */
export const shareBody = (fields: ShareFields): Readonly<Record<string, unknown>> => ({
  ...shareTerms(fields),
  what: whatOf(fields),
});

/** Which kind of thing a link shows. */
export const kindOfShare = (what: ShareWhat): ShareKind => {
  if ("devices" in what) return "devices";
  if ("groups" in what) return "groups";
  return "area" in what ? "area" : "trip";
};

/** A link that is there, to be changed; what it shows stays as it is. */
export const shareFields = (terms: ShareTerms): ShareFields => ({
  ...newShare(kindOfShare(terms.what)),
  name: terms.name,
  from: controlOf(terms.from),
  to: controlOf(terms.to),
  track: terms.track,
  delay: terms.delaySeconds === undefined ? "" : String(terms.delaySeconds / 60),
  blur: terms.blurMeters === undefined ? "" : String(terms.blurMeters),
  embed: (terms.embed ?? []).join("\n"),
});
