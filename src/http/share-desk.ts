import type { Clock, Devices, Fences, Latest, Principal, ShareMaker, ShareRecord, Shares } from "#ports";
import { isArea, namedDevices } from "#share";
import { allows, decodeShare, isInGroup, isRefusal, Problem, show, type ShareTerms } from "#wire";
import type { AccessControl } from "./access.ts";
import { mintId, mintSecret } from "./secrets.ts";
import type { ShareAccess } from "./share-access.ts";
import { encodeShare } from "./share-bodies.ts";
import { seenBy } from "./sight.ts";

/** What the desk works with. */
export interface ShareDeskPorts {
  readonly shares: Shares;
  readonly devices: Devices;
  readonly latest: Latest;
  readonly fences: Fences;
  readonly access: AccessControl;
  readonly clock: Clock;
  readonly shareLinks: ShareAccess;
}

type Fields = Readonly<Record<string, unknown>>;

/** What an answer shows of a link and nobody decides; left out, so that an answer can be sent back. */
const NOT_TERMS = new Set(["id", "createdBy", "createdAt", "revokedAt", "views", "lastViewedAt", "url"]);

const termsIn = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => !NOT_TERMS.has(key)));

const decode = (fields: Fields): ShareTerms => {
  const terms = decodeShare(termsIn(fields));
  if (isRefusal(terms)) throw new Problem(terms.code, terms.detail);
  return terms;
};

/** Makes, changes and revokes share links. Whoever may not manage has their own only. */
export class ShareDesk {
  readonly #ports: ShareDeskPorts;

  constructor(ports: ShareDeskPorts) {
    this.#ports = ports;
  }

  /** Ascending by id: all of the workspace to who manages, to others those that they made. */
  async list(who: Principal): Promise<readonly ShareRecord[]> {
    const all = await this.#ports.shares.list(who.workspace);
    return all
      .filter((share) => this.#isTheirs(share, who))
      .map((share) => this.#ports.shareLinks.views.upToDate(share));
  }

  /** Throws `not_found`, also for what is another's. */
  async get(who: Principal, id: string): Promise<ShareRecord> {
    const share = await this.#ports.shares.get(who.workspace, id);
    if (share !== undefined && this.#isTheirs(share, who))
      return this.#ports.shareLinks.views.upToDate(share);
    throw new Problem("not_found", `there is no share link ${show(id)}`);
  }

  /**
   * Makes a link; its secret is only ever in this answer. Throws `invalid_share`, and `unknown_device`, `unknown_fence`
   * or `forbidden` for what whoever asks may not see.
   */
  async create(
    who: Principal,
    fields: Fields,
  ): Promise<{ readonly share: ShareRecord; readonly path: string }> {
    const terms = decode(fields);
    this.#checkEnd(terms);
    await this.#checkSight(who, terms);
    const { secret, hash } = mintSecret();
    const share: ShareRecord = {
      ...terms,
      id: mintId("share"),
      workspace: who.workspace,
      hash,
      by: this.#makerOf(who),
      ...(who.name !== undefined && { byName: who.name }),
      createdAt: this.#ports.clock.now(),
      views: 0,
    };
    await this.#ports.shares.create(share);
    return { share, path: `/s/${secret}` };
  }

  /** Changes everything but what is shown; `null` removes. Throws `not_found`, `share_ended`, `invalid_share`. */
  async change(who: Principal, id: string, fields: Fields): Promise<ShareRecord> {
    const before = await this.get(who, id);
    if (before.revokedAt !== undefined) throw new Problem("share_ended", "this share link is revoked");
    if ("what" in fields && JSON.stringify(fields["what"]) !== JSON.stringify(encodeShare(before).what)) {
      throw new Problem("invalid_share", "what a link shows cannot be changed; make another one");
    }
    const { what } = before;
    const terms = { ...decode({ ...encodeShare(before), ...fields, what: encodeShare(before).what }), what };
    if (terms.to !== before.to) this.#checkEnd(terms);
    const { workspace, hash, by, byName, createdAt, views, lastViewedAt } = before;
    const after: ShareRecord = {
      ...terms,
      id,
      workspace,
      hash,
      by,
      ...(byName !== undefined && { byName }),
      createdAt,
      views,
      ...(lastViewedAt !== undefined && { lastViewedAt }),
    };
    await this.#save(after);
    return after;
  }

  /** Ends a link at once. Throws `not_found`; one that is revoked stays as it is. */
  async revoke(who: Principal, id: string): Promise<void> {
    const share = await this.get(who, id);
    if (share.revokedAt !== undefined) return;
    await this.#save({ ...share, revokedAt: this.#ports.clock.now() });
  }

  async #save(share: ShareRecord): Promise<void> {
    await this.#ports.shares.update(share);
    this.#ports.shareLinks.changed(share.workspace, share.id);
  }

  #checkEnd({ to }: ShareTerms): void {
    if (to === undefined || to > this.#ports.clock.now()) return;
    throw new Problem("invalid_share", "to is in the past; the link would have ended already");
  }

  /** A member, a token, or whoever runs the server: who came with a sign-in link or the administrator's own token. */
  #makerOf(who: Principal): ShareMaker {
    if (who.person !== undefined) return { person: who.person };
    const token = this.#ports.access.tokenOf(who);
    if (token !== undefined) return { token };
    // What nobody's leaving ends is only for who may do everything anyway.
    if (allows(who.scopes, "admin") && who.groups === undefined) return {};
    throw new Problem("forbidden", "only members, and who has a token, can share");
  }

  #isTheirs({ by }: ShareRecord, who: Principal): boolean {
    if (allows(who.scopes, "manage")) return true;
    if (by.person !== undefined) return by.person === who.person;
    return by.token !== undefined && by.token === this.#ports.access.tokenOf(who);
  }

  async #checkSight(who: Principal, { what }: ShareTerms): Promise<void> {
    const { devices } = seenBy(who, this.#ports);
    for (const id of namedDevices(what) ?? []) {
      if ((await devices.get(who.workspace, id)) === undefined) {
        throw new Problem("unknown_device", `there is no device ${show(id)}`);
      }
    }
    if ("groups" in what && who.groups !== undefined) {
      const mine = who.groups;
      const other = what.groups.find((group) => !mine.some((one) => isInGroup([group], one)));
      if (other !== undefined) throw new Problem("forbidden", `you do not see the group ${show(other)}`);
    }
    if ("area" in what && typeof what.area === "string") {
      const fence = await this.#ports.fences.get(who.workspace, what.area);
      if (fence === undefined) throw new Problem("unknown_fence", `there is no fence ${show(what.area)}`);
      if (!isArea(fence)) {
        throw new Problem("invalid_share", `what.area is a corridor; expected a circle or a polygon`);
      }
    }
  }
}
