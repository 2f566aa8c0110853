import type { EpochMs } from "#geo";
import type { DeviceId, ShareTerms, WorkspaceId } from "#wire";
import type { PersonId } from "./members.ts";

export type ShareId = string;

/** Whose link it is: it shows no more than they may see. Neither: it is the workspace's own, of who runs the server. */
export interface ShareMaker {
  readonly person?: PersonId;
  /** Id of a token. */
  readonly token?: string;
}

/** A link that shows something to whoever has it; only the link's SHA-256 is kept. */
export interface ShareRecord extends ShareTerms {
  readonly id: ShareId;
  readonly workspace: WorkspaceId;
  readonly hash: string;
  readonly by: ShareMaker;
  /** Address of the person, or name of the token, when it was made. */
  readonly byName?: string;
  readonly createdAt: EpochMs;
  readonly revokedAt?: EpochMs;
  /** How often its page was opened, and when last. */
  readonly views: number;
  readonly lastViewedAt?: EpochMs;
}

/** Pages of a link that were opened since this was last told. */
export interface ShareViews {
  readonly workspace: WorkspaceId;
  readonly id: ShareId;
  readonly views: number;
  readonly lastViewedAt: EpochMs;
}

/** Share links as they are stored; at most 1,000 in a workspace. */
export interface Shares {
  /** Where there are 1,000, one that has ended goes for it: the one that was made first. Throws `conflict` when none has. */
  create(share: ShareRecord): Promise<void>;
  /** Ascending by id. */
  list(workspace: WorkspaceId): Promise<readonly ShareRecord[]>;
  get(workspace: WorkspaceId, id: ShareId): Promise<ShareRecord | undefined>;
  byHash(hash: string): Promise<ShareRecord | undefined>;
  /** Everything but the views, which only grow. False when there is no such link. */
  update(share: ShareRecord): Promise<boolean>;
  addViews(views: readonly ShareViews[]): Promise<void>;
  /** A secret of the workspace, made when first asked for; what hides home zones and places follows from it. */
  seed(workspace: WorkspaceId): Promise<string>;
}

/** A share link, and what it may show at this moment. */
export interface OpenShare {
  readonly share: ShareRecord;
  /** Only devices of these groups, as its maker is limited; all of the workspace when absent. */
  readonly groups?: readonly string[];
  /** When it ends by itself. */
  readonly until?: EpochMs;
  /** Four numbers from 0 up to 1 that nobody can guess and that are always the same for a label. */
  readonly draw: (label: string) => readonly number[];
  /** What a device is called in the stream: says nothing of its id, and is another one in another link. */
  readonly alias: (device: DeviceId) => string;
}

/** Opens share links for who has no account. */
export interface ShareLinks {
  /** Throws `not_found` for an unknown link, `share_ended` for one that has ended. */
  open(secret: string): Promise<OpenShare>;
  /** Calls back whenever the link has changed, with what it is then; undefined once it has ended. Answers the way to stop. */
  watch(open: OpenShare, changed: (now: OpenShare | undefined) => void): () => void;
}

/** What the live streams of share links show. */
export interface ShownDevices {
  /** The device that a link shows right now under this alias. */
  shownAs(share: ShareId, alias: string): DeviceId | undefined;
}
