import type { News, OpenShare, ShareId, ShareLinks } from "#ports";
import { type DeviceId, Problem, type WorkspaceId } from "#wire";
import type { Field } from "./field.ts";
import type { Hearing } from "./news.ts";
import type { SharingPorts } from "./sharing.ts";
import { Showing } from "./showing.ts";
import type { Viewer } from "./viewer.ts";

/** What showings need of the core. */
export interface Stagehands {
  /** A field for what a link shows; it is asked for again when somebody looks. */
  readonly field: (open: OpenShare) => Field<Viewer>;
  readonly hearing: (field: Field<Viewer>) => Hearing;
  /** Sends everybody away who looks at a field, and forgets it. */
  readonly dismiss: (field: Field<Viewer>) => void;
}

/** What is needed to show share links. */
export interface SharingParts extends SharingPorts {
  readonly links: ShareLinks;
}

/** Links that are looked at at once. */
const MOST = 500;
/** Milliseconds from taking everything off the maps of a link until those who look are sent away. */
const LAST_LOOK = 250;

interface Shown {
  open: OpenShare;
  readonly field: Field<Viewer>;
  readonly showing: Showing;
  readonly unwatch: () => void;
  /** Set once the link has ended. */
  cancel: (() => void) | undefined;
}

/** What is shown follows from this; that somebody has looked changes nothing. */
const gist = ({ share, groups }: OpenShare): string => {
  const { views: _views, lastViewedAt: _last, ...terms } = share;
  return JSON.stringify([terms, groups]);
};

/** The share links that somebody looks at. */
export class Showings {
  readonly #parts: SharingParts;
  readonly #hands: Stagehands;
  readonly #byShare: Map<ShareId, Shown> = new Map();
  readonly #byWorkspace: Map<WorkspaceId, Set<Shown>> = new Map();

  constructor(parts: SharingParts, hands: Stagehands) {
    this.#parts = parts;
    this.#hands = hands;
  }

  /** What a link shows. Throws `share_ended`, and `overloaded` at the bound. */
  field(open: OpenShare): Field<Viewer> {
    const known = this.#byShare.get(open.share.id);
    if (known?.cancel !== undefined) throw new Problem("share_ended", "it was revoked, or its time is over");
    if (known !== undefined) return known.field;
    if (this.#byShare.size >= MOST) {
      throw new Problem("overloaded", `${MOST} share links are looked at already; this server shows no more`);
    }
    return this.#show(open).field;
  }

  hear(news: News): void {
    for (const { showing } of this.#byWorkspace.get(news.workspace) ?? []) showing.hear(news);
  }

  /** The showing behind a field, of which somebody who comes hears the names. */
  of({ share }: Field<Viewer>): Showing | undefined {
    return share === undefined ? undefined : this.#byShare.get(share)?.showing;
  }

  shownAs(share: ShareId, alias: string): DeviceId | undefined {
    return this.#byShare.get(share)?.showing.deviceOf(alias);
  }

  /** Nobody has looked for a while. */
  close({ share, workspace }: Field<Viewer>): void {
    const shown = share === undefined ? undefined : this.#byShare.get(share);
    if (share === undefined || shown === undefined) return;
    shown.unwatch();
    shown.cancel?.();
    shown.showing.clear();
    this.#byShare.delete(share);
    const others = this.#byWorkspace.get(workspace);
    others?.delete(shown);
    if (others?.size === 0) this.#byWorkspace.delete(workspace);
  }

  #show(open: OpenShare): Shown {
    const { workspace, id } = open.share;
    const field = this.#hands.field(open);
    const showing = new Showing(open, this.#parts, this.#hands.hearing(field));
    const unwatch = this.#parts.links.watch(open, (now) => this.#changed(id, now));
    const shown: Shown = { open, field, showing, unwatch, cancel: undefined };
    this.#byShare.set(id, shown);
    let others = this.#byWorkspace.get(workspace);
    if (!others) this.#byWorkspace.set(workspace, (others = new Set()));
    others.add(shown);
    return shown;
  }

  #changed(id: ShareId, now: OpenShare | undefined): void {
    const shown = this.#byShare.get(id);
    if (shown === undefined) return;
    if (now !== undefined) {
      if (gist(now) !== gist(shown.open)) shown.showing.change(now);
      shown.open = now;
      return;
    }
    // First everything is gone from the maps; the frames that say so need a moment.
    shown.showing.clear();
    shown.cancel ??= this.#parts.clock.after(LAST_LOOK, () => this.#hands.dismiss(shown.field));
  }
}
