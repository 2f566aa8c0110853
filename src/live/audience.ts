import { isInSomeGroup } from "#wire";

/** The groups of one or more devices, as one shared object. */
export interface GroupSet {
  /** Ascending. */
  readonly names: readonly string[];
}

/** Devices that are in no group. */
export const NO_GROUPS: GroupSet = { names: [] };

/** Viewers with the same permission: one object, so that what they may see is worked out once for all of them. */
export class Audience {
  /** The groups that bound it, and what lies in these; undefined: everything of the workspace. */
  readonly groups: readonly string[] | undefined;
  readonly #sees: WeakMap<GroupSet, boolean> = new WeakMap();

  constructor(groups: readonly string[] | undefined) {
    this.groups = groups;
  }

  /** May these viewers see a device of these groups? */
  sees(set: GroupSet): boolean {
    if (this.groups === undefined) return true;
    let sees = this.#sees.get(set);
    if (sees === undefined) this.#sees.set(set, (sees = isInSomeGroup(set.names, this.groups)));
    return sees;
  }
}

/** The audiences of a workspace, each there while somebody belongs to it. */
export class Audiences {
  readonly #all: Map<string, { readonly audience: Audience; members: number }> = new Map();

  /** One more viewer with this permission; give its audience back with `leave`. */
  join(groups: readonly string[] | undefined): Audience {
    const names = groups && [...new Set(groups)].sort();
    const key = keyOf(names);
    let known = this.#all.get(key);
    if (!known) this.#all.set(key, (known = { audience: new Audience(names), members: 0 }));
    known.members++;
    return known.audience;
  }

  leave(audience: Audience): void {
    const key = keyOf(audience.groups);
    const known = this.#all.get(key);
    if (known && --known.members === 0) this.#all.delete(key);
  }

  get size(): number {
    return this.#all.size;
  }
}

const keyOf = (names: readonly string[] | undefined): string =>
  names === undefined ? "" : JSON.stringify(names);
