/** A place in the feed of events: which feed, and the sequence number up to which a reader has seen it. */
export interface FeedPlace {
  /** `Events.epoch`: names the feed. */
  readonly epoch: string;
  /** Sequence number of the last event seen; 0 is before the first. */
  readonly seq: number;
}

const FORM = "1";
const LONGEST = 200;

/**
 * The opaque cursor that clients carry: `1.<epoch>.<seq in base 36>`. The leading `1` is the version of the form;
 * only this file knows it, clients compare and store cursors, they never take them apart.
 */
export function encodeCursor(place: FeedPlace): string {
  return `${FORM}.${place.epoch}.${place.seq.toString(36)}`;
}

/** Reads a cursor back; undefined when the text is none. The caller compares `epoch` with the feed's. */
export function decodeCursor(text: string): FeedPlace | undefined {
  if (text.length > LONGEST || !text.startsWith(`${FORM}.`)) return undefined;
  const dot = text.lastIndexOf(".");
  const digits = text.slice(dot + 1);
  if (dot <= FORM.length || !/^[0-9a-z]{1,11}$/.test(digits)) return undefined;
  const seq = Number.parseInt(digits, 36);
  return Number.isSafeInteger(seq) ? { epoch: text.slice(FORM.length + 1, dot), seq } : undefined;
}
