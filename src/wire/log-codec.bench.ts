import type { LogEntry } from "./entry.ts";
import { decodeEntry, encodeEntry } from "./log-codec.ts";

/**
 * Microseconds a position to write and to read entries of a hundred positions of a hundred devices, against JSON:
 * `node --conditions=source src/wire/log-codec.bench.ts`.
 */
const entry: LogEntry = {
  kind: "positions",
  workspace: "main",
  at: 1_767_225_600_000,
  mode: "live",
  positions: Array.from({ length: 100 }, (_, i) => ({
    device: `vehicle-${String(i * 97).padStart(5, "0")}`,
    time: 1_767_225_599_000 + i * 7,
    lon: -1 + i / 1e3,
    lat: 51 + i / 1e4,
    speed: 14.25,
    course: i * 3.6,
    accuracy: 5,
  })),
};

const ROUNDS = 5000;

/** Least and mean microseconds a position over ten runs. */
function measure(work: () => unknown): { readonly min: number; readonly mean: number } {
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    for (let i = 0; i < ROUNDS; i++) work();
    return ((performance.now() - start) * 1000) / (ROUNDS * 100);
  });
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  return { min: Number(Math.min(...times).toFixed(3)), mean: Number(mean.toFixed(3)) };
}

const bytes = encodeEntry(entry);
const json = JSON.stringify(entry);
console.log(
  JSON.stringify({
    encodeUs: measure(() => encodeEntry(entry)),
    decodeUs: measure(() => decodeEntry(bytes)),
    jsonEncodeUs: measure(() => JSON.stringify(entry)),
    jsonDecodeUs: measure(() => JSON.parse(json)),
    bytes: bytes.length / 100,
    jsonBytes: json.length / 100,
  }),
);
