import { encodeEvent, type EventBody, formatTime } from "#wire";
import type { Message } from "./message.ts";

/** A thing with its name, where it has one. */
interface Named {
  readonly id: string;
  readonly name?: string;
}

/** An alert as programs get it: a CloudEvent 1.0 in structured JSON. */
export interface AlertEvent {
  readonly specversion: "1.0";
  /**
   * The id of the event, not of the alert: two targets that lead to the same program give it the same fact. The alert's
   * own id is in `data.alert`, and in `webhook-id`.
   */
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: {
    readonly alert: string;
    readonly event: EventBody | null;
    readonly device: Named | null;
    readonly fence: Named | null;
    /** The second device of a pair. */
    readonly other?: Named;
    readonly rules: readonly string[];
    readonly text: string | null;
    readonly raisedAt: string;
  };
}

const named = (id: string, name: string | undefined): Named => ({ id, ...(name !== undefined && { name }) });

/** What a test message says. */
export const TEST_TEXT = "This is a test message. Alerts will arrive here.";

/** Builds it; `source` is what the URI of the workspace begins with. */
export function cloudEventOf(message: Message, source: string): AlertEvent {
  const { id, workspace, event, names, rules, text, at } = message;
  const common = {
    specversion: "1.0",
    source: `${source}/workspaces/${encodeURIComponent(workspace)}`,
    datacontenttype: "application/json",
  } as const;
  const told = { alert: id, rules, raisedAt: formatTime(at) };
  if (!event) {
    const data = { ...told, event: null, device: null, fence: null, text: text ?? TEST_TEXT };
    return { ...common, id, type: "whereabouts.test", time: formatTime(at), data };
  }
  return {
    ...common,
    id: event.id,
    type: `whereabouts.${event.type}`,
    subject: event.device,
    time: formatTime(event.time),
    data: {
      ...told,
      event: encodeEvent(event),
      device: named(event.device, names.device),
      fence: event.fence === undefined ? null : named(event.fence, names.fence),
      ...(event.other !== undefined && { other: named(event.other, names.other) }),
      text: text ?? null,
    },
  };
}
