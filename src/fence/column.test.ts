import { describe, expect, it } from "vitest";
import { Column } from "./column.ts";
import { Lists } from "./lists.ts";
import { Random } from "./testing/random.ts";

describe("Column", () => {
  it("holds what was written last, through every step of its growth", () => {
    const r = new Random(1);
    const column = new Column(16);
    const wanted: number[] = [];
    let lost = 0;
    let arrays = 0;
    let data = column.data;
    while (wanted.length < 40_000) {
      const added = r.chance(0.01) ? r.integer(1, 2_000) : r.integer(1, 8);
      column.extend(wanted.length + added, added);
      for (let i = 0; i < added; i++) {
        column.set(wanted.length, wanted.length * 7);
        wanted.push(wanted.length * 7);
      }
      for (let k = 0; k < 3; k++) {
        const at = r.integer(0, wanted.length - 1);
        wanted[at] = r.integer(-1e9, 1e9);
        column.set(at, wanted[at]!);
      }
      if (column.data !== data) {
        data = column.data;
        arrays++;
        if (!wanted.every((value, at) => column.data[at] === value)) lost++;
      }
    }
    expect(column.data.subarray(0, wanted.length)).toEqual(Int32Array.from(wanted));
    expect(lost).toBe(0);
    expect(arrays).toBeGreaterThan(5);
  });

  it("has moved everything, a little at each step, before the room ends", () => {
    const column = new Column(1 << 20);
    const end = (1 << 20) - (1 << 18);
    column.extend(end, 4);
    const before = column.data;
    for (let i = end + 4; i <= 1 << 20; i += 4) column.extend(i, 4);
    expect(column.data).toBe(before);
    column.extend((1 << 20) + 4, 4);
    expect(column.data).not.toBe(before);
    expect(column.data.length).toBeGreaterThan(1.4 * (1 << 20));
  });
});

describe("Lists", () => {
  it("are what arrays are, through growth, removal and reuse", () => {
    const r = new Random(2);
    const lists = new Lists(16);
    const refs = new Int32Array(300);
    const wanted: number[][] = Array.from(refs, () => []);
    for (let step = 0; step < 40_000; step++) {
      const k = r.integer(0, refs.length - 1);
      const list = wanted[k]!;
      if (r.chance(0.02)) {
        lists.release(refs[k]!);
        refs[k] = 0;
        list.length = 0;
      } else if (r.chance(0.4)) {
        const value = r.chance(0.8) && list.length > 0 ? r.pick(list) : -1;
        refs[k] = lists.remove(refs[k]!, value);
        if (list.includes(value)) list.splice(list.indexOf(value), 1);
      } else {
        const value = r.integer(0, 1e6);
        refs[k] = lists.push(refs[k]!, value);
        list.push(value);
        if (!lists.includes(refs[k]!, value)) throw new Error(`${value} is missing`);
      }
    }
    for (const [k, list] of wanted.entries()) {
      const ref = refs[k]!;
      expect(ref === 0).toBe(list.length === 0);
      expect([...lists.data.subarray(ref + 1, ref + 1 + lists.length(ref))]).toEqual(list);
    }
    expect(lists.bytes).toBeLessThan(300_000);
  });
});
