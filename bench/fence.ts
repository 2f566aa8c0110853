import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { byPlace, createFenceEngine, type FenceEngine } from "#fence";
import type { FenceSettings } from "#wire";
import { fenceField, type FenceField } from "./support/fence-field.ts";
import { FlatbushFences } from "./support/flatbush-fences.ts";
import { Walkers, type Updates } from "./support/walkers.ts";

/*
 * The fence engine on one core: mixed fences with the default layers, every place in two of them on average, 100,000
 * devices in random order; beside it the same fences without layers, and boxes with ray casting. Progress on stderr;
 * the last line of stdout is one JSON object. The run with 1,000,000 fences takes minutes and some 6 GB, most of it
 * the made-up fences themselves; `--quick` leaves it out.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    quick: { type: "boolean", default: false },
    part: { type: "string" },
  },
});
const seed = Number(values.seed);
const devices = 100_000;
const batch = 1_000_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

interface Run {
  readonly perSecond: readonly number[];
  readonly perCpuSecond: readonly number[];
  readonly crossingShare: number;
  readonly bytesAllocated: number;
}

class Bench {
  readonly engine: FenceEngine = createFenceEngine();
  readonly walkers: Walkers;
  readonly handles: Uint32Array = new Uint32Array(devices);
  readonly loadSeconds: number;
  time = 1_700_000_000_000;

  constructor(field: FenceField) {
    const started = performance.now();
    // As a restart loads them.
    for (const index of byPlace(field.fences)) this.engine.put(field.fences[index]!);
    this.loadSeconds = (performance.now() - started) / 1000;
    this.walkers = new Walkers(field, devices, seed + 1);
    for (let i = 0; i < devices; i++) {
      this.handles[i] = this.engine.admit();
      const { lon, lat, accuracy } = this.walkers;
      this.engine.update(this.handles[i]!, this.time, lon[i]!, lat[i]!, accuracy);
    }
  }

  /** Share of the devices whose place lies in a cell that a boundary passes. */
  boundaryShare(): number {
    let sum = 0;
    for (const handle of this.handles) {
      const { lon = NaN, lat = NaN } = this.engine.state(handle);
      if (this.engine.onBoundaryCell(lon, lat)) sum++;
    }
    return sum / devices;
  }

  /** Fences a point is in, on average over all devices. */
  depth(): number {
    let sum = 0;
    for (const handle of this.handles) sum += this.engine.state(handle).inside.length;
    return sum / devices;
  }

  /** Share of the devices for which a change is pending. */
  pendingShare(): number {
    let sum = 0;
    for (const handle of this.handles) if (this.engine.carry(handle)?.pending !== undefined) sum++;
    return sum / devices;
  }

  pass(updates: Updates): number {
    const { engine, handles } = this;
    const { accuracy } = this.walkers;
    let crossings = 0;
    for (let i = 0; i < updates.device.length; i++) {
      this.time += 0.05;
      const handle = handles[updates.device[i]!]!;
      if (engine.update(handle, this.time, updates.lon[i]!, updates.lat[i]!, accuracy) > 0) crossings++;
    }
    return crossings;
  }

  measure(runs: number): Run {
    const perSecond: number[] = [];
    const perCpuSecond: number[] = [];
    let crossings = 0;
    for (let warm = 0; warm < 2; warm++) this.pass(this.walkers.take(batch));
    for (let run = 0; run < runs; run++) {
      const updates = this.walkers.take(batch);
      const cpu = process.cpuUsage();
      const started = performance.now();
      crossings += this.pass(updates);
      perSecond.push((batch / (performance.now() - started)) * 1000);
      const used = process.cpuUsage(cpu);
      perCpuSecond.push((batch / (used.user + used.system)) * 1e6);
    }
    return {
      perSecond,
      perCpuSecond,
      crossingShare: crossings / batch / runs,
      bytesAllocated: this.#allocation(),
    };
  }

  /** Bytes of young heap an update takes: the median of stretches too short for a collection to fall into most of them. */
  #allocation(): number {
    const stretch = 5_000;
    const taken = Array.from({ length: 15 }, () => {
      const updates = this.walkers.take(stretch);
      const before = process.memoryUsage().heapUsed;
      this.pass(updates);
      return (process.memoryUsage().heapUsed - before) / stretch;
    });
    return median(taken);
  }

  /** Milliseconds to put one more fence while all devices are known: median, and the slowest of 200. */
  addFence(): { readonly median: number; readonly worst: number } {
    const extra = fenceField(200, seed + 7).fences;
    const took: number[] = [];
    for (const [i, fence] of extra.entries()) {
      const place = { ...fence, id: `extra-${i}` };
      const started = performance.now();
      this.engine.put(place);
      took.push(performance.now() - started);
    }
    for (let i = 0; i < extra.length; i++) this.engine.remove(`extra-${i}`);
    return { median: median(took), worst: Math.max(...took) };
  }
}

/** Updates a CPU second of the ordinary way, on the same fences and kind of walk. */
function baseline(field: FenceField): number {
  const fences = new FlatbushFences(field.fences);
  const walkers = new Walkers(field, devices, seed + 1);
  for (let i = 0; i < devices; i++) fences.update(i, walkers.lon[i]!, walkers.lat[i]!);
  const perSecond: number[] = [];
  for (let run = 0; run < 6; run++) {
    const updates = walkers.take(100_000);
    const cpu = process.cpuUsage();
    for (let i = 0; i < updates.device.length; i++)
      fences.update(updates.device[i]!, updates.lon[i]!, updates.lat[i]!);
    const used = process.cpuUsage(cpu);
    if (run > 0) perSecond.push((100_000 / (used.user + used.system)) * 1e6);
  }
  return median(perSecond);
}

/** Settings of a fence that every single fix decides. */
const strict = { exitMargin: 0, useAccuracy: false, confirmFixes: 0, confirmSeconds: 0 };

function at(count: number, runs: number, settings: FenceSettings = {}): { bench: Bench; run: Run } {
  const made = fenceField(count, seed);
  const field = { ...made, fences: made.fences.map((fence) => Object.assign(fence, settings)) };
  const bench = new Bench(field);
  say(`${count} fences loaded in ${bench.loadSeconds.toFixed(2)} s`);
  const run = bench.measure(runs);
  say(`${count} fences: ${run.perSecond.map((n) => Math.round(n)).join(" ")} updates/s`);
  return { bench, run };
}

/** What is measured, each part in a process of its own: what one leaves behind in the heap and the compiler weighs on no other. */
const parts: Readonly<Record<string, () => Record<string, number>>> = {
  layered() {
    const { bench, run } = at(10_000, 9);
    const { bytes } = bench.engine;
    return {
      updatesPerSecond: Math.round(median(run.perSecond)),
      updatesPerCpuSecond: Math.round(median(run.perCpuSecond)),
      fastestRun: Math.round(Math.max(...run.perSecond)),
      bytesPerDevice: bytes.devices / devices,
      bytesPerFence: bytes.fences / 10_000,
      fencesAPoint: bench.depth(),
      boundaryCellShare: bench.boundaryShare(),
      // Updates with an event: what is pending comes later or never.
      eventShare: run.crossingShare,
      pendingShare: bench.pendingShare(),
      allocatedBytesAnUpdate: run.bytesAllocated,
      loadSecondsAt10k: bench.loadSeconds,
    };
  },
  strict() {
    const { run } = at(10_000, 5, strict);
    return {
      updatesPerCpuSecondStrict: Math.round(median(run.perCpuSecond)),
      // Updates whose path goes over a boundary.
      crossingShare: run.crossingShare,
    };
  },
  plain() {
    return { baselineUpdatesPerCpuSecond: Math.round(baseline(fenceField(10_000, seed))) };
  },
  large() {
    const { bench, run } = at(100_000, 5);
    const added = bench.addFence();
    return {
      updatesPerSecondAt100k: Math.round(median(run.perSecond)),
      updatesPerCpuSecondAt100k: Math.round(median(run.perCpuSecond)),
      loadSecondsAt100k: bench.loadSeconds,
      addFenceMsAt100k: added.median,
      addFenceWorstMsAt100k: added.worst,
    };
  },
  huge() {
    const { bench, run } = at(1_000_000, 3);
    return {
      updatesPerSecondAt1M: Math.round(median(run.perSecond)),
      updatesPerCpuSecondAt1M: Math.round(median(run.perCpuSecond)),
      loadSecondsAt1M: bench.loadSeconds,
      bytesPerFenceAt1M: bench.engine.bytes.fences / 1_000_000,
    };
  },
};

/** Runs a part in a process of its own; answers what it measured. */
function measured(part: string): Record<string, number> {
  const args = [...process.execArgv, import.meta.filename, "--part", part, "--seed", String(seed)];
  const { status, stdout } = spawnSync(process.execPath, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error(`the part ${part} ended with ${String(status)}`);
  return JSON.parse(stdout) as Record<string, number>;
}

function all(): Record<string, number> {
  const names = Object.keys(parts).filter((name) => name !== "huge" || !values.quick);
  const figures: Record<string, number> = Object.assign({}, ...names.map(measured));
  const { updatesPerCpuSecond = NaN, baselineUpdatesPerCpuSecond = NaN } = figures;
  // Both in CPU time, so that what else the machine does counts for neither.
  figures["ratio"] = updatesPerCpuSecond / baselineUpdatesPerCpuSecond;
  return figures;
}

const only = values.part === undefined ? undefined : parts[values.part];
const figures = only === undefined ? all() : only();
if (!values.json && only === undefined)
  say(
    Object.entries(figures)
      .map(([name, value]) => `${name} ${value}`)
      .join("\n"),
  );
process.stdout.write(`${JSON.stringify(figures)}\n`);
