import { parseArgs } from "node:util";
import { byPlace, checkGeometry, createFenceEngine, type FenceEngine } from "#fence";
import { fenceField } from "./support/fence-field.ts";
import { median, quantile, round } from "./support/figures.ts";
import { Walkers } from "./support/walkers.ts";

/*
 * The fence index alone: loading, one fence more or less, updates by 100,000 devices, and one huge ring. CPU
 * seconds are those of all threads of the process; `--fences` sets how many (200,000 unless set), `--ordered` puts
 * them in the order of `byPlace`.
 */
const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    fences: { type: "string", default: "200000" },
    runs: { type: "string", default: "50" },
    ordered: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const count = Number(values.fences);
const devices = 100_000;
const batch = 100_000;
const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** CPU seconds of the process since some moment. */
function cpuSince(start: NodeJS.CpuUsage): number {
  const used = process.cpuUsage(start);
  return (used.user + used.system) / 1e6;
}

/** Milliseconds of each call. */
function timed(times: number, call: (i: number) => void): Float64Array {
  return Float64Array.from({ length: times }, (_, i) => {
    const started = performance.now();
    call(i);
    return performance.now() - started;
  });
}

/** Updates a CPU second, of each batch but the first ones. */
function updates(engine: FenceEngine, walkers: Walkers): readonly number[] {
  let time = 1_700_000_000_000;
  const handles = Uint32Array.from({ length: devices }, () => engine.admit());
  for (const [i, handle] of handles.entries())
    engine.update(handle, time, walkers.lon[i] ?? 0, walkers.lat[i] ?? 0);
  const perSecond: number[] = [];
  for (let run = 0; run < Number(values.runs); run++) {
    const { device, lon, lat } = walkers.take(batch);
    const start = process.cpuUsage();
    for (let i = 0; i < batch; i++)
      engine.update(handles[device[i] ?? 0] ?? 0, (time += 0.05), lon[i] ?? 0, lat[i] ?? 0);
    perSecond.push(batch / cpuSince(start));
  }
  for (const handle of handles) engine.release(handle);
  return perSecond.slice(perSecond.length >> 2);
}

/** A ring of so many positions that winds in and out, around 0,0. */
function hugeRing(positions: number): number[][] {
  const ring = Array.from({ length: positions - 1 }, (_, i) => {
    const angle = (2 * Math.PI * i) / (positions - 1);
    const reach = 1 + 0.2 * Math.sin(40 * angle) + 0.000_004 * Math.sin(1_000 * i);
    return [reach * Math.cos(angle), reach * Math.sin(angle)];
  });
  return [...ring, ring[0] ?? []];
}

const field = fenceField(count, seed);
const walkers = new Walkers(field, devices, seed + 1);
globalThis.gc?.();
const engine = createFenceEngine();
const start = process.cpuUsage();
const thread = process.threadCpuUsage();
const order = values.ordered ? byPlace(field.fences) : Uint32Array.from(field.fences.keys());
const puts = timed(count, (i) => {
  const fence = field.fences[order[i] ?? 0];
  if (fence !== undefined) engine.put(fence);
});
const used = process.threadCpuUsage(thread);
const figures: Record<string, number> = {
  fences: count,
  loadCpuSeconds: round(cpuSince(start), 2),
  loadThreadCpuSeconds: round((used.user + used.system) / 1e6, 2),
  slowestPutMs: round(quantile(puts, 1), 2),
  bytesPerFence: round(engine.bytes.fences / count),
};
say(JSON.stringify(figures));
const extra = fenceField(2_000, seed + 7).fences;
const added = timed(extra.length, (i) => {
  const fence = extra[i];
  if (fence !== undefined) engine.put({ ...fence, id: `extra-${i}` });
});
const removed = timed(extra.length, (i) => void engine.remove(`extra-${i}`));
figures["addMs"] = round(median([...added]), 4);
figures["addP99Ms"] = round(quantile(added, 0.99), 3);
figures["addWorstMs"] = round(quantile(added, 1), 3);
figures["removeMs"] = round(median([...removed]), 4);
figures["removeWorstMs"] = round(quantile(removed, 1), 3);

const rates = Float64Array.from(updates(engine, walkers));
figures["updatesPerCpuSecond"] = round(quantile(rates, 0.5));
// Of the tenth of the batches that other work on the machine disturbed least.
figures["updatesPerCpuSecondUndisturbed"] = round(quantile(rates, 0.9));

const huge = { type: "Polygon" as const, coordinates: [hugeRing(500_000)] };
const known = { workspace: "main", version: 1, name: "", createdAt: 0, updatedAt: 0 };
figures["hugeCheckMs"] = round(
  quantile(
    timed(1, () => void checkGeometry(huge, undefined)),
    1,
  ),
);
const put = (): void => void engine.put({ ...known, id: "huge", geometry: huge });
figures["hugePutMs"] = round(quantile(timed(1, put), 1));
figures["hugeRemoveMs"] = round(
  quantile(
    timed(1, () => void engine.remove("huge")),
    1,
  ),
);

if (!values.json)
  say(
    Object.entries(figures)
      .map(([name, value]) => `${name} ${value}`)
      .join("\n"),
  );
process.stdout.write(`${JSON.stringify(figures)}\n`);
