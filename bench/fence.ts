import { parseArgs } from "node:util";
import { createFenceEngine, type FenceEngine } from "#fence";
import { fenceField, type FenceField } from "./workload/fences.ts";
import { FlatbushFences } from "./workload/flatbush-fences.ts";
import { Walkers, type Updates } from "./workload/walk.ts";

/*
 * The fence engine on one core: mixed fences two deep, 100,000 devices in random order. `--million` is left out
 * with `--no-million`. Progress on stderr, the last line of stdout is one JSON object.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    million: { type: "boolean", default: true },
  },
  allowNegative: true,
});
const seed = Number(values.seed);
const devices = 100_000;
const batch = 1_000_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

interface Run {
  readonly perSecond: readonly number[];
  readonly crossingShare: number;
}

class Bench {
  readonly engine: FenceEngine = createFenceEngine();
  readonly walkers: Walkers;
  readonly handles: number[] = [];
  readonly loadSeconds: number;
  time = 1_700_000_000_000;

  constructor(field: FenceField) {
    const started = performance.now();
    for (const fence of field.fences) this.engine.put(fence);
    this.loadSeconds = (performance.now() - started) / 1000;
    this.walkers = new Walkers(field, devices, seed + 1);
    for (let i = 0; i < devices; i++) {
      this.handles.push(this.engine.admit());
      this.engine.update(this.handles[i]!, this.time, this.walkers.lon[i]!, this.walkers.lat[i]!);
    }
  }

  /** Fences a point is in, on average over all devices. */
  depth(): number {
    let sum = 0;
    for (const handle of this.handles) sum += this.engine.state(handle).inside.length;
    return sum / devices;
  }

  pass(updates: Updates): number {
    const { engine, handles } = this;
    let crossings = 0;
    for (let i = 0; i < updates.device.length; i++) {
      this.time += 0.05;
      if (engine.update(handles[updates.device[i]!]!, this.time, updates.lon[i]!, updates.lat[i]!) > 0) crossings++;
    }
    return crossings;
  }

  measure(runs: number): Run {
    const perSecond: number[] = [];
    let crossings = 0;
    this.pass(this.walkers.take(batch));
    for (let run = 0; run < runs; run++) {
      const updates = this.walkers.take(batch);
      const started = performance.now();
      crossings += this.pass(updates);
      perSecond.push((batch / (performance.now() - started)) * 1000);
    }
    return { perSecond, crossingShare: crossings / batch / runs };
  }
}

function baseline(field: FenceField): number {
  const fences = new FlatbushFences(field.fences);
  const walkers = new Walkers(field, devices, seed + 1);
  for (let i = 0; i < devices; i++) fences.update(i, walkers.lon[i]!, walkers.lat[i]!);
  const perSecond: number[] = [];
  for (let run = 0; run < 3; run++) {
    const updates = walkers.take(200_000);
    const started = performance.now();
    for (let i = 0; i < updates.device.length; i++) fences.update(updates.device[i]!, updates.lon[i]!, updates.lat[i]!);
    perSecond.push((200_000 / (performance.now() - started)) * 1000);
  }
  return median(perSecond);
}

const field = fenceField(10_000, seed);
const bench = new Bench(field);
const run = bench.measure(7);
const depth = bench.depth();
say(`10,000 fences: ${run.perSecond.map((n) => Math.round(n)).join(" ")} updates/s, depth ${depth}, crossings ${run.crossingShare}`);
say(JSON.stringify(bench.engine.bytes));
const plain = baseline(field);
say(`baseline ${Math.round(plain)}/s`);
