import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CELL_BITS, type FrameCell, type FramePosition, gridOf, timeBaseAt } from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { type Block, joinFrame, writeBlock } from "./frame-writer.ts";
import { Problem } from "./problem.ts";

const NOW = Date.UTC(2026, 4, 1);
const BASE = timeBaseAt(NOW);
const CELL: FrameCell = { level: 11, cell: 725_321, bits: 16 };
const { west, south, size } = gridOf(CELL);

const block = (parts: Partial<Block>): Block => ({
  channel: 7,
  cell: CELL,
  open: false,
  gone: [],
  positions: [],
  ...parts,
});
const frame = (blocks: readonly Block[], head: { snapshot?: boolean; cursor?: string } = {}): Uint8Array =>
  joinFrame(
    { snapshot: false, more: false, base: BASE, ...head },
    blocks.map((one) => writeBlock(one, BASE)),
  );
const at = (index: number, device?: string, fix: Partial<FramePosition> = {}): FramePosition => ({
  index,
  device,
  lon: west + size / 3,
  lat: south + size / 2,
  time: NOW,
  ...fix,
});
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const refused = expect.objectContaining({ code: "invalid_body" });

describe("frames", () => {
  it("[FB1] [FB2] [FB3] the sample of docs/protocol.md", () => {
    const cell = { level: 12, cell: 5_952_143, bits: 12 };
    const first = writeBlock(
      {
        channel: 1,
        cell,
        open: true,
        gone: [],
        hidden: 0,
        positions: [at(0, "cab-7", { lon: -122.41, lat: 37.78, speed: 8.2, course: 271 })],
      },
      BASE,
    );
    const bytes = joinFrame({ snapshot: true, more: false, cursor: "1.k3v9.a", base: BASE }, [first]);
    expect(hex(bytes)).toBe(
      ["b1 05 08 312e6b3376392e61 ae8dbc67", "0d 0c 8fa5eb02 0c 00 01", "07 05 6361622d37 f033da 8020 52 c1"]
        .join("")
        .replaceAll(" ", ""),
    );
    const next = at(0, undefined, { lon: -122.4101, lat: 37.78, time: NOW + 1_000, speed: 8.2, course: 271 });
    const second = writeBlock({ channel: 1, cell, open: false, gone: [], positions: [next] }, BASE);
    expect(hex(joinFrame({ snapshot: false, more: false, base: BASE }, [second]))).toBe(
      "b100ae8dbc67080106eb33dad02f52c1",
    );
    expect(new FrameReader().read(bytes)).toEqual({
      cursor: "1.k3v9.a",
      positions: [
        { device: "cab-7", time: NOW, lon: -122.4100006, lat: 37.7799976, speed: 8.2, course: 271.40625 },
      ],
      gone: [],
      snapshot: true,
      more: false,
      cut: 0,
    });
  });

  it("[FP2] a position comes back within half a step of its cell, whatever the place and precision", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 16 }),
        fc.constantFrom(...CELL_BITS),
        fc.double({ min: -180, max: 180, noNaN: true }),
        fc.double({ min: -90, max: 90, noNaN: true }),
        fc.integer({ min: 946_684_800_000, max: NOW + 300_000 }),
        fc.option(fc.double({ min: 0, max: 10_000, noNaN: true }), { nil: undefined }),
        fc.option(fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }), { nil: undefined }),
        (level, bits, lon, lat, time, speed, course) => {
          const columns = 2 ** level;
          const column = Math.min(columns - 1, Math.floor(((lon + 180) / 360) * columns));
          const rows = Math.max(1, columns / 2);
          const row = Math.min(rows - 1, Math.floor(((lat + 90) / 360) * columns));
          const cell = { level, cell: row * columns + column, bits };
          const bytes = frame([
            block({
              cell,
              open: true,
              positions: [{ index: 3, device: "a", lon, lat, time, speed, course }],
            }),
          ]);
          const [read] = new FrameReader().read(bytes).positions;
          const { step } = gridOf(cell);
          expect(Math.abs(read!.lon - lon)).toBeLessThanOrEqual(step / 2 + 1.1e-7);
          expect(Math.abs(read!.lat - lat)).toBeLessThanOrEqual(step / 2 + 1.1e-7);
          expect(read!.time).toBe(time);
          expect(Math.abs((read!.speed ?? 0) - (speed ?? 0))).toBeLessThanOrEqual(0.0501);
          expect(read!.speed === undefined).toBe(speed === undefined);
          const turn = Math.abs((read!.course ?? 0) - (course ?? 0));
          expect(Math.min(turn, 360 - turn)).toBeLessThanOrEqual(0.7032);
        },
      ),
      { seed: 4, numRuns: 2_000 },
    );
  });

  it("[FP1] a moving device in view takes few bytes", () => {
    const told = block({ positions: [at(3, undefined, { speed: 9.1, course: 12 })] });
    expect(writeBlock({ ...told, cell: { ...CELL, bits: 12 } }, BASE)).toHaveLength(10);
  });

  it("[FB4] what leaves is gone, what changes its channel is not", () => {
    const reader = new FrameReader();
    const other = { channel: 8, cell: { ...CELL, cell: CELL.cell + 1 } };
    reader.read(
      frame([block({ open: true, positions: [at(0, "a"), at(1, "b")] }), block({ ...other, open: true })]),
    );
    const moved = block({ ...other, positions: [at(0, "a")] });
    const left = block({ gone: [0, 1, 99] });
    for (const blocks of [
      [left, moved],
      [moved, left],
    ]) {
      const again = new FrameReader();
      again.read(
        frame([block({ open: true, positions: [at(0, "a"), at(1, "b")] }), block({ ...other, open: true })]),
      );
      expect(again.read(frame(blocks))).toMatchObject({ positions: [{ device: "a" }], gone: ["b"] });
    }
  });

  it("[FB4] a number may go to another device in the same block", () => {
    const reader = new FrameReader();
    reader.read(frame([block({ open: true, positions: [at(0, "a")] })]));
    const read = reader.read(frame([block({ gone: [0], positions: [at(0, "b")] })]));
    expect(read).toMatchObject({ positions: [{ device: "b" }], gone: ["a"] });
    expect(reader.read(frame([block({ positions: [at(0)] })])).positions).toMatchObject([{ device: "b" }]);
  });

  it("[FB5] opening a channel again replaces what it held", () => {
    const reader = new FrameReader();
    reader.read(frame([block({ open: true, positions: [at(0, "a"), at(1, "b")] })]));
    const read = reader.read(frame([block({ open: true, positions: [at(0, "b")] })]));
    expect(read).toMatchObject({ positions: [{ device: "b" }], gone: ["a"] });
  });

  it("[FB6] only what is in the view is told, and what leaves the view is gone", () => {
    const reader = new FrameReader();
    reader.look((lon) => lon < west + size / 2);
    const inside = at(0, "a");
    const outside = at(0, "a", { lon: west + size * 0.9 });
    expect(reader.read(frame([block({ open: true, positions: [outside] })]))).toMatchObject({
      positions: [],
      gone: [],
    });
    expect(reader.read(frame([block({ positions: [inside] })]))).toMatchObject({
      positions: [{ device: "a" }],
    });
    expect(reader.read(frame([block({ positions: [outside] })]))).toMatchObject({
      positions: [],
      gone: ["a"],
    });
  });

  it("[FB7] a crowded cell says how many devices it does not send", () => {
    const reader = new FrameReader();
    expect(reader.read(frame([block({ open: true, hidden: 900 })])).cut).toBe(900);
    expect(reader.crowds()).toEqual([{ west, south, size, shown: 0, hidden: 900 }]);
    expect(reader.read(frame([block({ hidden: 0 })])).cut).toBe(0);
    expect(reader.crowds()).toEqual([]);
  });

  it("[FB8] refuses what no server sends, and forgets what it knew", () => {
    const opened = frame([block({ open: true, positions: [at(0, "a")] })]);
    const wrong: Record<string, Uint8Array> = {
      "nothing at all": new Uint8Array(),
      "another mark": Uint8Array.of(0xb2, 0),
      "unknown flags": Uint8Array.of(0xb1, 8, 0),
      "a channel that was not opened": frame([block({ channel: 9 })]),
      "a device that was not named": frame([block({ open: true, positions: [at(0)] })]),
      "a level too fine": Uint8Array.of(0xb1, 0, 0, 1, 17, 0, 12, 0),
      "a cell beyond its level": Uint8Array.of(0xb1, 0, 0, 1, 1, 4, 12, 0),
      "odd bits": Uint8Array.of(0xb1, 0, 0, 1, 1, 0, 13, 0),
      "a count beyond the end": Uint8Array.of(0xb1, 0, 0, 1, 1, 0, 12, 100),
      "a name that is none": frame([block({ open: true, positions: [at(0, "a\n")] })]),
      "a number too large": frame([block({ open: true, positions: [at(65_536, "a")] })]),
      "a cut frame": opened.subarray(0, opened.length - 1),
    };
    for (const [what, bytes] of Object.entries(wrong)) {
      const reader = new FrameReader();
      reader.read(opened);
      expect(() => reader.read(bytes), what).toThrow(refused);
      expect(reader.size, what).toBe(0);
    }
  });

  it("[FB8] 100,000 mutated frames are read or refused, never anything else, and hold little", () => {
    const numbers = fc.sample(fc.nat(), { seed: 4, numRuns: 400_000 });
    let next = 0;
    const below = (n: number): number => numbers[next++ % numbers.length]! % n;
    const names = (n: number): string => "abcdefgh"[n % 8]!.repeat(1 + (n % 3));
    const make = (): Uint8Array => {
      const blocks = Array.from({ length: 1 + below(3) }, () => {
        const open = below(4) > 0;
        const positions = Array.from({ length: below(6) }, () =>
          at(below(5), below(8) > 0 ? names(below(99)) : undefined, { time: NOW + below(1e9) }),
        );
        return block({ channel: below(4), open, positions, gone: below(3) === 0 ? [below(5)] : [] });
      });
      return frame(blocks, { snapshot: below(8) === 0, ...(below(4) === 0 && { cursor: "1.x.5" }) });
    };
    let reader = new FrameReader();
    const counts = { read: 0, refused: 0 };
    for (let i = 0; i < 100_000; i++) {
      let bytes = i % 5 === 0 ? Uint8Array.from({ length: below(40) }, () => below(256)) : make();
      for (let times = below(3); times > 0; times--) bytes[below(bytes.length)] = below(256);
      if (below(10) === 0) bytes = bytes.subarray(0, below(bytes.length + 1));
      try {
        const { positions, gone } = reader.read(bytes);
        expect(positions.length + gone.length).toBeLessThan(bytes.length + 200);
        counts.read++;
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "invalid_body") throw error;
        counts.refused++;
      }
      if (i % 1_000 === 0) reader = new FrameReader();
    }
    expect(counts.read).toBeGreaterThan(10_000);
    expect(counts.refused).toBeGreaterThan(10_000);
  });
});
