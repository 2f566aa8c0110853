import { blake3 } from "@noble/hashes/blake3.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventId, type EventIdentity } from "./event-id.ts";

const identity: EventIdentity = {
  workspace: "main",
  device: "van-7",
  fence: "depot",
  fenceVersion: 2,
  type: "enter",
  fix: 1_777_636_799_000,
  generation: 0,
};

describe("eventId", () => {
  it("[FL11] stays what it was when the first event got it", () => {
    expect(eventId(identity)).toBe("214e30cce731fc4217a7e28c38476795");
    expect(eventId({ ...identity, device: 'Ä\u0000"車', type: "cross", generation: 3 })).toBe(
      "9eea0056c78e7992579bfc73796db114",
    );
  });

  it("[FL11] is the first 128 bits of BLAKE3 over the JSON array of its parts", () => {
    const text = '["main","van-7","depot",2,"enter",1777636799000,0]';
    expect(eventId(identity)).toBe(bytesToHex(blake3(utf8ToBytes(text))).slice(0, 32));
  });

  it("[FL11] does not depend on the order of the keys, nor on what else the event says", () => {
    const turned = Object.fromEntries(Object.entries(identity).toReversed()) as unknown as EventIdentity;
    expect(eventId(turned)).toBe(eventId(identity));
    expect(eventId({ ...identity, lon: 7, time: 5 } as EventIdentity)).toBe(eventId(identity));
  });

  it("[FL11] differs when any part differs, however the ids are cut", () => {
    const id = fc.constantFrom("a", "b", "ab", '","', "a,b", "\\", '"');
    const number = fc.integer({ min: 0, max: 2 });
    const any = fc.record({
      workspace: id,
      device: id,
      fence: id,
      fenceVersion: number,
      type: fc.constantFrom("enter" as const, "exit" as const, "cross" as const),
      fix: number,
      generation: number,
    });
    const keyOf = (one: EventIdentity): string => JSON.stringify(one);
    const same = fc.property(any, any, (a, b) => (keyOf(a) === keyOf(b)) === (eventId(a) === eventId(b)));
    expect(() => fc.assert(same, { numRuns: 500, seed: 1 })).not.toThrow();
  });
});
