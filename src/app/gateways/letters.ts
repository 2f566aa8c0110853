import type { LiveFigures, LiveSettings } from "#live";
import type { Credentials, EventPage, EventQuery, News, Principal } from "#ports";
import type { DeviceStatus, ErrorCode, Event, WorkspaceId } from "#wire";

/** What a gateway asks the server for, and what it is answered. */
export interface Questions {
  /** The principal, and the number under which its end is told; to be let go of with `release`. */
  identify: {
    ask: Credentials;
    answer: { readonly principal: Principal; readonly grip: number } | undefined;
  };
  /** The live state of a workspace comes before the answer, in letters of its own; its news follow from here on. */
  states: { ask: WorkspaceId; answer: undefined };
  list: { ask: EventQuery; answer: EventPage };
  get: { ask: { readonly workspace: WorkspaceId; readonly event: string }; answer: Event | undefined };
}

/** One question. */
export type Question = {
  [Name in keyof Questions]: {
    readonly kind: "ask";
    readonly id: number;
    readonly what: Name;
    readonly about: Questions[Name]["ask"];
  };
}[keyof Questions];

/** From the server to a gateway. `seq`: the newest committed event, as `Latest` has it. */
export type ToGateway =
  | {
      readonly kind: "open";
      readonly epoch: string;
      readonly seq: number;
      readonly settings: Partial<LiveSettings>;
    }
  | { readonly kind: "states"; readonly workspace: WorkspaceId; readonly devices: readonly DeviceStatus[] }
  | { readonly kind: "news"; readonly seq: number; readonly news: News }
  | { readonly kind: "answer"; readonly id: number; readonly seq: number; readonly value: unknown }
  | { readonly kind: "refuse"; readonly id: number; readonly code: ErrorCode; readonly detail: string }
  | { readonly kind: "ended"; readonly grip: number }
  | { readonly kind: "close" };

/** From a gateway to the server. */
export type FromGateway =
  | { readonly kind: "opened" }
  | Question
  | { readonly kind: "release"; readonly grip: number }
  /** Nobody watches the workspace there any more: no news of it. */
  | { readonly kind: "forget"; readonly workspace: WorkspaceId }
  | {
      readonly kind: "log";
      readonly level: "warn" | "error";
      readonly message: string;
      readonly about: object;
    }
  | { readonly kind: "figures"; readonly figures: LiveFigures; readonly open: number };

/** Comes with a socket over the channel of the process: an upgrade that a gateway shall answer. */
export interface HandedOver {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What the client has sent behind its request. */
  readonly head: Uint8Array;
}
