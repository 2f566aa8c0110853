import type { AlertRecord, AlertState, Attempt } from "#ports";
import { encodeEvent, formatTime, type EventBody } from "#wire";

/** One try to send an alert, in answers. */
export interface AttemptBody {
  readonly at: string;
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: string;
}

/** An alert in answers. */
export interface AlertBody {
  readonly id: string;
  readonly target: string;
  readonly event: EventBody;
  readonly rules: readonly string[];
  readonly text?: string;
  /** When it was raised. */
  readonly at: string;
  readonly state: AlertState;
  /** Failed attempts since it was queued. */
  readonly attempts: number;
  /** Of `queued`: when it is tried again; absent before the first try. */
  readonly dueAt?: string;
  readonly lastAt?: string;
  readonly lastStatus?: number;
  readonly lastError?: string;
  /** The newest tries, newest first. */
  readonly tries: readonly AttemptBody[];
}

/** What whoever may not see targets learns of an alert: that it was raised, and what became of it. */
export type AlertGist = Pick<AlertBody, "id" | "target" | "rules" | "at" | "state">;

const encodeAttempt = ({ at, duration, status, error }: Attempt): AttemptBody => ({
  at: formatTime(at),
  durationMs: duration,
  ...(status !== undefined && { status }),
  ...(error !== undefined && { error }),
});

/** An alert without anything that could hold an address of a person. */
export const gistOf = ({ alert, state }: AlertRecord): AlertGist => ({
  id: alert.id,
  target: alert.target,
  rules: alert.rules,
  at: formatTime(alert.at),
  state,
});

/** An alert as it leaves the server. */
export const encodeAlert = (record: AlertRecord): AlertBody => {
  const { alert, state, attempts, dueAt, lastAt, lastStatus, lastError, tries } = record;
  return {
    id: alert.id,
    target: alert.target,
    event: encodeEvent(alert.event),
    rules: alert.rules,
    ...(alert.text !== undefined && { text: alert.text }),
    at: formatTime(alert.at),
    state,
    attempts,
    ...(state === "queued" && dueAt > 0 && { dueAt: formatTime(dueAt) }),
    ...(lastAt !== undefined && { lastAt: formatTime(lastAt) }),
    ...(lastStatus !== undefined && { lastStatus }),
    ...(lastError !== undefined && { lastError }),
    tries: tries.map(encodeAttempt),
  };
};
