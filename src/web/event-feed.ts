import { emptyFeed, eventItem, type EventNames, type EventRow, eventRow, formatAge } from "#pages";
import type { EventBody } from "#wire";
import { byId, elementOf, throttle } from "./dom.ts";

/** Lines that the feed keeps; older ones are on the page of all events. */
const most = 60;

/** The live feed: newest first, bounded, each event once. */
export class EventFeed {
  readonly #list = byId("feed-rows");
  readonly #names: (event: EventBody) => EventNames;
  readonly #waiting = new Map<string, EventBody>();
  readonly #seen = new Set<string>();
  /** Many events at once are put into the document together, so that it is laid out once. */
  readonly #flush = throttle(150, () => this.#write());

  constructor(names: (event: EventBody) => EventNames) {
    this.#names = names;
    for (const row of this.#list.children) this.#seen.add(row.id.slice(2));
  }

  /** Takes one event of the live stream. */
  add(event: EventBody): void {
    if (this.#seen.has(event.id)) return;
    this.#seen.add(event.id);
    this.#waiting.set(event.id, event);
    if (this.#waiting.size > most) {
      const [oldest] = this.#waiting.keys();
      if (oldest !== undefined) this.#waiting.delete(oldest);
    }
    this.#flush();
  }

  /** Replaces everything, newest first. */
  replace(events: readonly EventBody[]): void {
    this.#waiting.clear();
    this.#seen.clear();
    this.#list.replaceChildren();
    for (const event of events.slice(0, most).toReversed()) this.add(event);
    if (events.length === 0 && !document.getElementById("feed-empty"))
      this.#list.after(elementOf(emptyFeed()));
  }

  #row(event: EventBody): EventRow {
    const about = event.withdraws ?? event.revises;
    const type = about === undefined ? undefined : lineOf(about)?.dataset["type"];
    return eventRow({ ...event, time: Date.parse(event.time) }, { ...this.#names(event), about: type });
  }

  #write(): void {
    document.getElementById("feed-empty")?.remove();
    const now = Date.now();
    for (const event of this.#waiting.values()) {
      this.#list.prepend(elementOf(eventItem(this.#row(event), now)));
      if (event.withdraws !== undefined) strike(event.withdraws);
    }
    this.#waiting.clear();
    while (this.#list.children.length > most) {
      const last = this.#list.lastElementChild;
      if (!last) break;
      this.#seen.delete(last.id.slice(2));
      last.remove();
    }
  }
}

/** The line of an event, if it is in the feed. */
const lineOf = (id: string): HTMLElement | null => document.getElementById(`e-${id}`);

/** Strikes the line of an event through that is no longer true, and says so in words. */
function strike(id: string): void {
  const line = lineOf(id);
  const what = line?.querySelector(".what");
  if (!line || !what || line.hasAttribute("data-withdrawn")) return;
  line.toggleAttribute("data-withdrawn", true);
  const remarks = what.querySelector("i") ?? document.createElement("i");
  const sentence = document.createElement("s");
  sentence.append(...[...what.childNodes].filter((node) => node !== remarks));
  remarks.textContent = ["withdrawn", remarks.textContent].filter(Boolean).join(" · ");
  what.replaceChildren(sentence, remarks);
}

/** Keeps every age in the document true, once a second. */
export function keepAges(): void {
  setInterval(() => {
    const now = Date.now();
    for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-age]")) {
      const text = formatAge(now - Date.parse(time.dateTime));
      if (time.textContent !== text) time.textContent = text;
    }
  }, 1_000);
}
