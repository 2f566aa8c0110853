import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { Gatherer } from "./gatherer.ts";
import { buffersOf, type Delivery, type LiveFrame } from "./moves.ts";

const at = (device: string, lon: number) => ({ device, time: lon * 1_000, lon, lat: 1, speed: 2, course: 3 });
const frame = (parts: Partial<LiveFrame>): LiveFrame => ({
  positions: [],
  gone: [],
  snapshot: false,
  more: false,
  ...parts,
});

/** What a page knows that reads one delivery after the other. */
class Reader {
  readonly shown: Map<string, number> = new Map();
  readonly #names: Map<number, string> = new Map();

  read({ moves }: Delivery = {}): void {
    if (!moves) return;
    for (const number of moves.gone) {
      this.shown.delete(this.#names.get(number)!);
      this.#names.delete(number);
    }
    for (const [index, id] of moves.named.entries()) {
      if (this.#names.has(moves.numbers[index]!)) throw new Error(`the number of ${id} is another's`);
      this.#names.set(moves.numbers[index]!, id);
    }
    for (const [index, number] of moves.device.entries()) {
      this.shown.set(this.#names.get(number)!, moves.lon[index]!);
    }
  }
}

describe("Gatherer", () => {
  it("puts positions into arrays, names a device once, and tells only the newest of what comes meanwhile", () => {
    const gatherer = new Gatherer();
    expect(gatherer.take()).toBeUndefined();
    gatherer.frame(frame({ positions: [at("a", 1), { ...at("b", 2), speed: undefined }] }));
    gatherer.frame(frame({ positions: [at("a", 3)] }));
    const { moves } = gatherer.take()!;
    expect(moves!.named).toEqual(["a", "b"]);
    expect([...moves!.device]).toEqual([...moves!.numbers]);
    expect([...moves!.lon]).toEqual([3, 2]);
    expect([...moves!.time]).toEqual([3_000, 2_000]);
    expect([...moves!.speed]).toEqual([2, NaN]);
    gatherer.frame(frame({ positions: [at("b", 4)] }));
    const later = gatherer.take()!;
    expect(later.moves!.named).toEqual([]);
    expect([...later.moves!.device]).toEqual([1]);
    expect(gatherer.take()).toBeUndefined();
  });

  it("hands over buffers of its own, which the page may keep", () => {
    const gatherer = new Gatherer();
    gatherer.frame(frame({ positions: [at("a", 1)] }));
    const delivery = gatherer.take()!;
    const sent = structuredClone(delivery, { transfer: buffersOf(delivery) });
    expect(delivery.moves!.lon.length).toBe(0);
    expect(sent.moves!.lon[0]).toBe(1);
  });

  it("takes what a snapshot does not hold off the map, when it is complete and not before", () => {
    const [gatherer, reader] = [new Gatherer(), new Reader()];
    gatherer.frame(frame({ snapshot: true, positions: [at("a", 1), at("b", 1)] }));
    reader.read(gatherer.take());
    gatherer.frame(frame({ snapshot: true, more: true, positions: [at("b", 2)] }));
    reader.read(gatherer.take());
    expect(reader.shown).toEqual(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
    );
    gatherer.frame(frame({ positions: [at("c", 2)] }));
    reader.read(gatherer.take());
    expect(reader.shown).toEqual(
      new Map([
        ["b", 2],
        ["c", 2],
      ]),
    );
  });

  it("leads every reader to the same map, however often it reads", () => {
    const device = fc.constantFrom("a", "b", "c", "d", "e");
    const step = fc.record({
      positions: fc.uniqueArray(fc.record({ device, lon: fc.integer({ min: 0, max: 99 }) }), {
        selector: (one) => one.device,
      }),
      gone: fc.uniqueArray(device),
      snapshot: fc.boolean(),
      more: fc.boolean(),
      reads: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const [lazy, eager] = [new Gatherer(), new Gatherer()];
        const [rarely, often] = [new Reader(), new Reader()];
        for (const { positions, gone, snapshot, more, reads } of steps) {
          const all = positions.map(({ device, lon }) => at(device, lon));
          const one = frame({ positions: all, gone, snapshot, more });
          lazy.frame(one);
          eager.frame(one);
          often.read(eager.take());
          if (reads) rarely.read(lazy.take());
        }
        rarely.read(lazy.take());
        expect(rarely.shown).toEqual(often.shown);
      }),
    );
  });

  it("tells messages in their order, and to load anew where too many wait", () => {
    const gatherer = new Gatherer();
    gatherer.say("event", 1);
    gatherer.say("fence", 2);
    expect(gatherer.take()!.said).toEqual([
      ["event", 1],
      ["fence", 2],
    ]);
    for (let i = 0; i < 5_002; i++) gatherer.say("event", i);
    expect(gatherer.take()!.said).toEqual([
      ["reset", {}],
      ["event", 5_001],
    ]);
  });

  it("tells of crowds when they have changed, of the last state, and of each name once", () => {
    const gatherer = new Gatherer();
    const crowd = { west: 0, south: 0, size: 1, shown: 1_000, hidden: 5 };
    gatherer.frame(frame({ positions: [at("a", 1)] }), [crowd]);
    gatherer.turn("reconnecting");
    gatherer.turn("live");
    gatherer.name([{ device: "a", name: "A" }]);
    gatherer.name([{ device: "a", name: "B" }]);
    const names = [{ device: "a", name: "B" }];
    expect(gatherer.take()).toMatchObject({ state: "live", crowds: [crowd], names });
    gatherer.frame(frame({ positions: [at("a", 2)] }), [{ ...crowd }]);
    expect(gatherer.take()!.crowds).toBeUndefined();
    gatherer.frame(frame({}), []);
    expect(gatherer.take()!.crowds).toEqual([]);
  });
});
