import type { EventType } from "#wire";
import { formatSpan } from "./format.ts";
import { html, type Html } from "./html.ts";
import type { EventRow } from "./views.ts";

/** What happened, in the past tense, and what stands behind it where there is a fence or a second device. */
const verbs: Readonly<Record<EventType, string>> = {
  enter: "entered",
  exit: "left",
  cross: "crossed",
  dwell: "has been in",
  absent: "was missing from",
  silent: "fell silent",
  overspeed: "was too fast",
  stopped: "stopped",
  moving: "set off",
  proximity: "came near",
  apart: "parted from",
  withdrawn: "no longer true",
  revised: "corrected",
};

const reasons: Readonly<Record<string, string>> = {
  first: "first position lies inside",
  fence: "the fence changed",
};

/** Types whose words need no preposition before the fence. */
const TRANSITIVE: ReadonlySet<string> = new Set(["enter", "exit", "cross", "dwell", "absent"]);

/** The words of a type: `entered`, `left`, `fell silent`; an unknown type is its own word. */
export function eventVerb(type: string): string {
  return Object.hasOwn(verbs, type) ? verbs[type as EventType] : type;
}

/** What happened, without who: `entered Harbour`, `came near Van 8`, `was too fast in Harbour`. */
function predicate(type: string, { fenceName, otherName, dwellSeconds }: EventRow): Html {
  const verb = eventVerb(type);
  if (type === "proximity" || type === "apart") return html`${verb} <b>${otherName ?? "another device"}</b>`;
  if (type === "dwell") {
    const where = fenceName === "" ? "one place" : html`<b>${fenceName}</b>`;
    return html`${verb} ${where}${dwellSeconds !== undefined && ` for ${formatSpan(dwellSeconds)}`}`;
  }
  if (fenceName === "") return html`${TRANSITIVE.has(type) ? `${verb} a fence` : verb}`;
  return html`${verb} ${!TRANSITIVE.has(type) && "in "}<b>${fenceName}</b>`;
}

/**
 * The event as a sentence without its full stop. `anonymous` leaves out who, in a list that is about one device. What
 * is no longer true is struck through; `eventRemarks` says so in words.
 */
export function eventSentence(event: EventRow, anonymous = false): Html {
  const who = !anonymous && html`<b>${event.deviceName}</b> `;
  const { type } = event;
  if (type !== "withdrawn" && type !== "revised") {
    const text = html`${who}${predicate(type, event)}`;
    return event.withdrawn === true ? html`<s>${text}</s>` : text;
  }
  const before = type === "withdrawn" ? "No longer true: " : "Corrected: ";
  if (event.about !== undefined) return html`${before}${who}${predicate(event.about, event)}`;
  const where = event.fenceName !== "" && html` at <b>${event.fenceName}</b>`;
  return html`${before}an event${where}${!anonymous && html` of <b>${event.deviceName}</b>`}`;
}

/** Short remarks that belong under the sentence: why, and whether it still holds. */
export function eventRemarks(event: EventRow): readonly string[] {
  const remarks: string[] = [];
  if (event.withdrawn === true) remarks.push("withdrawn");
  if (event.type === "withdrawn") remarks.push("a late position disproved it");
  if (event.type === "revised") remarks.push("a late position moved its time");
  const reason = event.reason === undefined ? undefined : reasons[event.reason];
  if (reason !== undefined) remarks.push(reason);
  if (event.watchName !== undefined) remarks.push(event.watchName);
  return remarks;
}
