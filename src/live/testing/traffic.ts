import type { Fix, SequencedEvent } from "#wire";
import type { Dice } from "./dice.ts";
import type { Asked } from "./far-client.ts";
import type { Groups, Truth } from "./truth.ts";
import { fixAt, type World, WORKSPACE } from "./world.ts";

const DEVICES = 36;
const GROUPS = ["north", "north/vans", "northern", "south", "east"];

type Place = readonly [lon: number, lat: number];

/** What happens in the world: devices appear, move, change their groups and are deleted, and there are events and notices. */
export class Traffic {
  readonly #world: World;
  readonly #truth: Truth;
  readonly #dice: Dice;
  #fixes = 0;
  #notices = 0;

  constructor(world: World, truth: Truth, dice: Dice) {
    this.#world = world;
    this.#truth = truth;
    this.#dice = dice;
  }

  /** Something happens; `watched`: the server knows the devices of now. Answers events that are still to be announced. */
  step(watched: boolean): SequencedEvent[] {
    const die = this.#dice.below(100);
    if (die < 20) return this.#happen(1 + this.#dice.below(3));
    if (die < 22) return this.#happen(40);
    if (die < 70) this.#move();
    else if (die < 80) this.#regroup();
    else if (die < 87) this.#delete(watched);
    else if (die < 88) this.#storm(watched);
    else if (die < 96) this.#notice();
    else this.#elsewhere();
    return [];
  }

  /** Retention takes the oldest events away. */
  forget(): void {
    const { feed } = this.#world;
    feed.splice(0, this.#dice.below(this.#dice.below(feed.length) + 1));
  }

  #move(): void {
    const fixes = new Map<string, Fix>();
    for (let i = this.#dice.below(5); i >= 0; i--) {
      const device = this.#device();
      fixes.set(device, this.#fix(device, this.#nextPlace(device)));
    }
    this.#world.move(...fixes.values());
  }

  /** A step from where it was, or anywhere. */
  #nextPlace(device: string): Place {
    const fix = this.#world.devices.get(device)?.fix;
    if (!fix || this.#dice.chance(0.3)) return randomPlace(this.#dice);
    const by = this.#dice.pick([0, 1e-6, 0.01, 1]);
    const step = (): number => (this.#dice.next() - 0.5) * by;
    return [clamp(fix.lon + step(), 180), clamp(fix.lat + step(), 90)];
  }

  #fix(device: string, [lon, lat]: Place): Fix {
    const { speed: _speed, course: _course, ...bare } = fixAt(device, lon, lat, this.#fixes++);
    const speed = Math.round(this.#dice.next() * 4_000) / 100;
    const course = this.#dice.next() * 360;
    return this.#dice.chance(0.8) ? { ...bare, speed, course } : bare;
  }

  #regroup(): void {
    const groups = GROUPS.filter(() => this.#dice.chance(0.3));
    this.#world.regroup(this.#device(), ...groups);
  }

  #delete(watched: boolean): void {
    const device = this.#device();
    if (!this.#world.devices.has(device)) return;
    this.#truth.deleting(device, watched);
    this.#world.deleteDevice(device);
  }

  #happen(count: number): SequencedEvent[] {
    const facts = Array.from({ length: count }, () => {
      const device = this.#device();
      const [lon, lat] = this.#nextPlace(device);
      return { device, lon, lat, ...(this.#dice.chance(0.15) && { other: this.#device() }) };
    });
    return this.#world.commit(...facts);
  }

  /** Many come into the street and are gone again, one commit after the other. */
  #storm(watched: boolean): void {
    const devices = Array.from({ length: 40 }, (_, i) => `s${i}`);
    const place = (): Place => [10.5 + this.#dice.next() * 0.002, 50.5 + this.#dice.next() * 0.002];
    this.#world.move(...devices.map((device) => this.#fix(device, place())));
    for (const device of devices) {
      this.#truth.deleting(device, watched);
      this.#world.deleteDevice(device);
    }
  }

  #notice(): void {
    const number = ++this.#notices;
    const said = { workspace: WORKSPACE } as const;
    if (this.#dice.chance(0.5)) {
      this.#world.publish({ kind: "fence-deleted", ...said, fence: `fence ${number}` });
      return;
    }
    const label = { name: `name ${number}` };
    this.#world.publish({ kind: "device-described", ...said, device: this.#device(), label });
  }

  /** News of another workspace, about devices that have the same names. */
  #elsewhere(): void {
    const device = this.#device();
    const workspace = "elsewhere";
    const fix = this.#fix(device, randomPlace(this.#dice));
    this.#world.publish({ kind: "moved", workspace, devices: [{ workspace, device, fix, inside: [] }] });
    this.#world.publish({ kind: "device-deleted", workspace, device: this.#device() });
  }

  #device(): string {
    return `d${this.#dice.below(DEVICES)}`;
  }
}

const clamp = (value: number, most: number): number => Math.max(-most, Math.min(most, value));

/** A crowded street, a city, a country, the world, and the places where cells and the globe end. */
function randomPlace(dice: Dice): Place {
  const within = (west: number, south: number, size: number): Place => [
    west + dice.next() * size,
    south + dice.next() * size,
  ];
  const die = dice.below(10);
  if (die < 2) return within(10.5, 50.5, 0.002);
  if (die < 5) return within(10, 50, 1);
  if (die < 7) return within(5, 45, 10);
  if (die < 8) return [dice.pick([-180, -179.99, 0, 11.25, 45, 179.99, 180]), dice.pick([-90, 0, 45, 90])];
  return [dice.next() * 360 - 180, dice.next() * 180 - 90];
}

/** A view of some size somewhere, often one that others look at too. */
export function randomWatch(dice: Dice, boxes: readonly (readonly number[])[]): Asked {
  const zoom = dice.chance(0.5) ? { zoom: dice.pick([0, 4, 11, 19]) } : {};
  return {
    bbox: dice.chance(0.7) ? dice.pick(boxes) : randomBox(dice),
    ...zoom,
    events: dice.pick(["view", "all"]),
    format: dice.pick(["json", "binary"]),
  };
}

export function randomBox(dice: Dice): number[] {
  const around = ([lon, lat]: Place, size: number): number[] => [
    lon,
    Math.max(-90, lat - size / 2),
    lon + size,
    Math.min(90, lat + size / 2),
  ];
  const die = dice.below(10);
  if (die < 2) return [-180, -90, 180, 90];
  if (die < 3) return [10.5, 50.5, 10.5 + dice.next() * 0.002, 50.502];
  if (die < 6) return around(randomPlace(dice), 0.5 + dice.next() * 2);
  if (die < 7) return [170 + dice.next() * 10, -60, -180 + dice.next() * 20, 60];
  if (die < 8) return around(randomPlace(dice), 0);
  return around(randomPlace(dice), dice.next() * 200);
}

/** What a viewer is limited to; half of them to nothing. */
export const randomGroups = (dice: Dice): Groups =>
  dice.pick([undefined, undefined, undefined, undefined, ["north"], ["south"], ["north/vans", "south"], []]);
