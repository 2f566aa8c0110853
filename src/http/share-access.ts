import { createHmac } from "node:crypto";
import type {
  Access,
  Clock,
  Members,
  OpenShare,
  Principal,
  ShareId,
  ShareLinks,
  ShareRecord,
  Shares,
  Tokens,
} from "#ports";
import { allows, Problem, scopesOf, type WorkspaceId } from "#wire";
import { hashSecret } from "./secrets.ts";
import { ShareViewCounter } from "./share-views.ts";
import { Watchers } from "./watchers.ts";

/** What `ShareAccess` needs. */
export interface ShareAccessOptions {
  readonly shares: Pick<Shares, "byHash" | "get" | "seed" | "addViews">;
  readonly members: Pick<Members, "get">;
  readonly tokens: Pick<Tokens, "list">;
  readonly access: Pick<Access, "watch">;
  readonly clock: Clock;
  readonly logger?: { error(facts: object, message: string): void } | undefined;
}

/** What whoever made a link may see now; undefined when they may share nothing any more. */
type Sight = Pick<OpenShare, "groups" | "until">;

/** A link as it is written: 256 random bits. */
const SECRET = /^[\w-]{43}$/;

const keyOf = (workspace: WorkspaceId, id: ShareId): string => `${workspace} ${id}`;

/** Numbers from 0 up to 1, each of 48 bits of a hash. */
const numbersIn = (digest: Buffer): readonly number[] =>
  [0, 6, 12, 18].map((at) => digest.readUIntBE(at, 6) / 2 ** 48);

/** Opens share links, and tells those who show one when it has changed: by itself, or by what its maker may see. */
export class ShareAccess implements ShareLinks {
  readonly #options: ShareAccessOptions;
  readonly #watchers: Watchers;
  readonly views: ShareViewCounter;
  readonly #seeds = new Map<WorkspaceId, Promise<string>>();

  constructor(options: ShareAccessOptions) {
    this.#options = options;
    this.#watchers = new Watchers(options.clock);
    const { shares, clock, logger } = options;
    this.views = new ShareViewCounter(shares, clock, (err) =>
      logger?.error({ err }, "views of share links could not be written"),
    );
  }

  async open(secret: string): Promise<OpenShare> {
    const share = SECRET.test(secret) ? await this.#options.shares.byHash(hashSecret(secret)) : undefined;
    if (share === undefined) throw new Problem("not_found", "there is no such share link");
    const open = await this.#openAs(share);
    if (open === undefined) throw new Problem("share_ended", "it was revoked, or its time is over");
    return open;
  }

  watch(open: OpenShare, changed: (now: OpenShare | undefined) => void): () => void {
    const { share } = open;
    const { access, shares, clock } = this.#options;
    let [until, looks] = [open.until, 0];
    let disarm = (): void => undefined;
    // Armed before it is read, so that a change while it is being read is not missed.
    const look = async (): Promise<void> => {
      arm();
      const mine = ++looks;
      // Who cannot find out what may be shown shows nothing.
      const record = await shares.get(share.workspace, share.id).catch(() => undefined);
      const now = record && (await this.#openAs(record).catch(() => undefined));
      if (mine !== looks) return;
      if (now === undefined) stop();
      else if (now.until !== until) {
        until = now.until;
        arm();
      }
      changed(now);
    };
    const again = (): void => void look();
    const arm = (): void => {
      disarm();
      // A time that has come is looked into already.
      const end = until !== undefined && until > clock.now() ? until : undefined;
      const own = this.#watchers.add([keyOf(share.workspace, share.id)], end, again);
      const maker = access.watch(standIn(share), again);
      disarm = () => {
        own();
        maker();
      };
    };
    const stop = (): void => {
      looks++;
      disarm();
    };
    again();
    return stop;
  }

  /** To be called after a link was changed or revoked. */
  changed(workspace: WorkspaceId, id: ShareId): void {
    this.#watchers.end(keyOf(workspace, id));
  }

  /** To be called when a workspace was deleted: the next one of its id has another secret. */
  forgetWorkspace(workspace: WorkspaceId): void {
    this.#seeds.delete(workspace);
  }

  /** The link as it stands now; undefined when it has ended. */
  async #openAs(share: ShareRecord): Promise<OpenShare | undefined> {
    const sight = await this.#sightOf(share);
    const until = Math.min(share.to ?? Infinity, sight?.until ?? Infinity);
    if (sight === undefined || share.revokedAt !== undefined) return undefined;
    if (until <= this.#options.clock.now()) return undefined;
    const seed = await this.#seedOf(share.workspace);
    const mac = (text: string): Buffer => createHmac("sha256", seed).update(text).digest();
    return {
      share,
      ...(sight.groups !== undefined && { groups: sight.groups }),
      ...(until < Infinity && { until }),
      draw: (label) => numbersIn(mac(`draw ${label}`)),
      alias: (device) => mac(`alias ${share.id} ${device}`).toString("base64url").slice(0, 16),
    };
  }

  async #sightOf({ workspace, by: { person, token: id } }: ShareRecord): Promise<Sight | undefined> {
    const { members, tokens, clock } = this.#options;
    if (person !== undefined) {
      const member = await members.get(workspace, person);
      if (member === undefined || !allows(scopesOf(member.role), "operate")) return undefined;
      return member.groups === undefined ? {} : { groups: member.groups };
    }
    if (id === undefined) return {};
    const token = (await tokens.list(workspace)).find((one) => one.id === id);
    if (token === undefined || !allows(token.scopes, "operate")) return undefined;
    const { groups, expiresAt } = token;
    if (expiresAt !== undefined && expiresAt <= clock.now()) return undefined;
    return { ...(groups !== undefined && { groups }), ...(expiresAt !== undefined && { until: expiresAt }) };
  }

  #seedOf(workspace: WorkspaceId): Promise<string> {
    const known = this.#seeds.get(workspace);
    if (known !== undefined) return known;
    const seed = this.#options.shares.seed(workspace);
    this.#seeds.set(workspace, seed);
    seed.catch(() => this.#seeds.delete(workspace));
    return seed;
  }
}

/** Whoever made the link, as far as it takes to hear of them: `watch` goes by the ids alone. */
const standIn = ({ workspace, by: { person, token } }: ShareRecord): Principal => ({
  workspace,
  scopes: [],
  register: false,
  via: "token",
  id: token ?? person ?? "",
});
