import type { DeviceId } from "#wire";
import type { Fleet } from "./fleet.ts";
import type { Labels } from "./labels.ts";

const byName = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * The devices of the fleet by name. Comparing names is slow, so they are sorted only when a device has come or gone or a
 * name has changed, and then from the order that they had, which is nearly the new one.
 */
export class NameOrder {
  readonly #fleet: Fleet;
  readonly #labels: Labels;
  #ids: DeviceId[] = [];
  #members = -1;
  #names = -1;

  constructor(fleet: Fleet, labels: Labels) {
    this.#fleet = fleet;
    this.#labels = labels;
  }

  /** Ids in order; not to be kept. */
  ids(): readonly DeviceId[] {
    const { members, ids } = this.#fleet;
    const { version } = this.#labels;
    if (members === this.#members && version === this.#names) return this.#ids;
    const known = new Set(this.#ids);
    const fresh = ids.filter((id) => !known.has(id));
    const kept = this.#ids.filter((id) => this.#fleet.slot(id) !== undefined);
    const names = new Map([...kept, ...fresh].map((id) => [id, this.#labels.name(id)]));
    const compare = (a: DeviceId, b: DeviceId): number =>
      byName.compare(names.get(a) ?? a, names.get(b) ?? b);
    // Two sorted runs are merged in one pass.
    this.#ids = [...kept, ...fresh.sort(compare)].sort(compare);
    this.#members = members;
    this.#names = version;
    return this.#ids;
  }
}
