import { describe, expect, it } from "vitest";
import { endOfEntries, Entries, firstEntry } from "./entries.ts";
import {
  attemptIn,
  entryHead,
  headOf,
  isSketched,
  kindIn,
  nextEntry,
  runsIn,
  withoutSketch,
  withRuns,
  withSketch,
} from "./entry.ts";
import { Random } from "./testing/random.ts";

/** What is in a list, entry by entry. */
function read(entries: Entries, ref: number): number[][] {
  if (ref === 0) return [];
  const page = entries.page(ref);
  const end = endOfEntries(page, ref);
  const found: number[][] = [];
  for (let i = firstEntry(ref); i < end; i = nextEntry(page, i))
    found.push([...page.subarray(i, nextEntry(page, i))]);
  return found;
}

describe("entries", () => {
  it("keep in their head the anchor, the kind, the sketch and up to half a million runs", () => {
    for (const inside of [0, 1])
      for (const kind of [0, 1, 2])
        for (const attempt of [0, 1, 255])
          for (const runs of [0, 1, 500_000]) {
            const head = withSketch(withRuns(headOf(inside, kind, attempt), runs));
            expect(head).toBeGreaterThan(0);
            expect([head & 1, kindIn(head), attemptIn(head), runsIn(head), isSketched(head)]).toEqual([
              inside,
              kind,
              attempt,
              runs,
              true,
            ]);
            expect(isSketched(withoutSketch(head))).toBe(false);
            expect(runsIn(withoutSketch(head))).toBe(runs);
          }
  });

  it("are what arrays are, through growth, removal and reuse", () => {
    const r = new Random(3);
    const entries = new Entries();
    const refs = new Int32Array(200);
    const wanted: number[][][] = Array.from(refs, () => []);
    let shape = 0;
    for (let step = 0; step < 25_000; step++) {
      const k = r.integer(0, refs.length - 1);
      const list = wanted[k]!;
      if (r.chance(0.45) && list.length > 0) {
        const gone = r.integer(0, list.length - 1);
        refs[k] = entries.cut(refs[k]!, list[gone]![0]!);
        list.splice(gone, 1);
      } else {
        const runs = r.pick([0, 1, 1, 1, 2, 5]);
        const counts = Array.from({ length: runs }, () => r.integer(1, 6));
        const drawn = r.chance(0.5) ? counts.reduce((sum, count) => sum + count + 1, 0) : 0;
        const source = Int32Array.from([
          99,
          ...counts.flatMap((count) => [r.integer(0, 1e6), count]),
          ...Array.from({ length: drawn }, () => r.integer(-1e9, 1e9)),
        ]);
        const bare = withRuns(headOf(1, 0, 3), runs);
        const head = drawn > 0 ? withSketch(bare) : bare;
        refs[k] = entries.append(refs[k]!, 3, ++shape, head, source, 1, source.length - 1);
        list.push([shape, head, ...source.subarray(1)]);
      }
    }
    for (const [k, list] of wanted.entries()) expect(read(entries, refs[k]!)).toEqual(list);
  });

  it("may be longer than a page", () => {
    const entries = new Entries();
    const many = Int32Array.from({ length: 200_000 }, (_, i) => i);
    const head = withRuns(headOf(0, 2, 0), many.length / 2);
    let ref = entries.append(0, 1, 5, headOf(0, 1, 0), many, 0, 0);
    ref = entries.append(ref, 1, 6, head, many, 0, many.length);
    for (let shape = 7; shape < 8_000; shape++)
      ref = entries.append(ref, 0, shape, headOf(0, 1, 0), many, 0, 0);
    expect(read(entries, ref).length).toBe(7_995);
    ref = entries.cut(ref, 6);
    const left = read(entries, ref);
    expect(left.map(([shape]) => shape)).toEqual(
      Array.from({ length: 7_994 }, (_, i) => i + (i > 0 ? 6 : 5)),
    );
    entries.release(ref);
    const { bytes } = entries;
    ref = entries.append(0, 1, 6, head, many, 0, many.length);
    expect(read(entries, ref)[0]).toEqual([6, head, ...many]);
    expect(entries.bytes).toBeLessThanOrEqual(bytes + 4 * many.length * 2);
  });

  it("tell their weight until one is taken out", () => {
    const entries = new Entries();
    const none = new Int32Array(0);
    let ref = entries.append(0, 3, 1, headOf(0, 1, 0), none, 0, 0);
    ref = entries.append(ref, 4, 2, headOf(0, 1, 0), none, 0, 0);
    expect(entries.weight(ref)).toBe(7);
    expect(entries.weight(0)).toBe(0);
    ref = entries.cut(ref, 1);
    expect(entries.weight(ref)).toBe(0);
    expect(read(entries, ref).map((entry) => entry.slice(0, entryHead))).toEqual([[2, headOf(0, 1, 0)]]);
    expect(entries.cut(ref, 2)).toBe(0);
  });
});
