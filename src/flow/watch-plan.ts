import { inScope } from "#rule";
import type { Watch, WatchId } from "#wire";
import type { Device } from "./device.ts";

type Kind = Watch["kind"];
type WatchOf<K extends Kind> = Extract<Watch, { readonly kind: K }>;

/** The watches that are about one device, by kind; those about pairs are not among them. */
export interface WatchPlan {
  /** Of the watches as they were when it was made. */
  readonly version: number;
  readonly groups: readonly string[];
  readonly silent: readonly WatchOf<"silent">[];
  readonly overspeed: readonly WatchOf<"overspeed">[];
  readonly motion: readonly WatchOf<"motion">[];
  readonly absent: readonly WatchOf<"absent">[];
}

/** The watches of a workspace. What they are to a device is worked out once and kept with it. */
export class Watches {
  readonly #all: Map<WatchId, Watch> = new Map();
  #version = 1;

  get size(): number {
    return this.#all.size;
  }

  get(id: WatchId): Watch | undefined {
    return this.#all.get(id);
  }

  put(watch: Watch): void {
    this.#all.set(watch.id, watch);
    this.#version++;
  }

  delete(id: WatchId): void {
    if (this.#all.delete(id)) this.#version++;
  }

  /** Those about pairs of devices. */
  get pairs(): readonly WatchOf<"proximity">[] {
    return this.#of("proximity");
  }

  /** The plan of a device; the one at hand, when nothing has changed. */
  planOf({ id, groups, plan }: Pick<Device, "id" | "groups" | "plan">): WatchPlan {
    if (plan?.version === this.#version && plan.groups === groups) return plan;
    const mine = <K extends Kind>(kind: K): readonly WatchOf<K>[] =>
      this.#of(kind).filter((watch) => inScope(watch, id, groups));
    return {
      version: this.#version,
      groups,
      silent: mine("silent"),
      overspeed: mine("overspeed"),
      motion: mine("motion"),
      absent: mine("absent"),
    };
  }

  /** Ascending by id, so that what is found does not depend on the order in which they were made. */
  #of<K extends Kind>(kind: K): readonly WatchOf<K>[] {
    return [...this.#all.values()]
      .filter((watch): watch is WatchOf<K> => watch.kind === kind)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}
