import type { DeviceId, Scope, WorkspaceId } from "#wire";
import type { PersonId } from "./members.ts";

/** Who asks, and what they may do. */
export interface Principal {
  readonly workspace: WorkspaceId;
  readonly scopes: readonly Scope[];
  readonly register: boolean;
  /** Only devices of these groups, and of groups inside them, may be seen; all of the workspace when absent. */
  readonly groups?: readonly string[];
  /** Only positions of this device may be sent. */
  readonly device?: DeviceId;
  readonly via: "token" | "session";
  /** Who signed in; absent for tokens, and for sessions that a token or link opened. */
  readonly person?: PersonId;
  /** Mail address of the person, or name of the token. */
  readonly name?: string;
  /** Token id, or the first characters of the session's hash; safe to log. */
  readonly id: string;
}

/** What a request brings to say who it is. Header names are lower-case. */
export interface Credentials {
  readonly authorization?: string | undefined;
  readonly cookie?: string | undefined;
  /** A token given as `?token=` or in a Socket.IO handshake. */
  readonly token?: string | undefined;
  /** The workspace that the request names, of somebody who is in several. */
  readonly workspace?: string | undefined;
}

/** Finds out who asks. */
export interface Access {
  /** Undefined without credentials; throws `invalid_token` for wrong ones. */
  identify(credentials: Credentials): Promise<Principal | undefined>;
  /** Calls back when a principal that `identify` gave is no longer valid (revoked, expired). */
  watch(principal: Principal, ended: () => void): () => void;
}
