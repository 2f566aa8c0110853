import type {
  AlertRecord,
  Clock,
  Definitions,
  Outbox,
  Recompute,
  RecomputeJob,
  Redrive,
  TargetFigures,
  Targets,
} from "#ports";
import { Problem, type Defined, type Fence, type Rule, type Target, type Watch } from "#wire";

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

const pageOf = <Thing extends { readonly id: string }>(
  things: Iterable<Thing>,
  { after, limit }: { readonly after?: string; readonly limit: number },
): Thing[] =>
  [...things]
    .toSorted(byId)
    .filter(({ id }) => after === undefined || id > after)
    .slice(0, limit);

/** Rules and watches that the fake editor has put. */
export const fakeDefinitions = (
  rules: ReadonlyMap<string, Rule>,
  watches: ReadonlyMap<string, Watch>,
): Definitions => {
  const maps: { [Of in keyof Defined]: ReadonlyMap<string, Defined[Of]> } = { rule: rules, watch: watches };
  return {
    list: async (of, _, page) => pageOf(maps[of].values(), page),
    get: async (of, _, id) => maps[of].get(id),
  };
};

/** Targets in a map. */
export const fakeTargets = (map: Map<string, Target>): Targets => ({
  create: async (target) => {
    map.set(target.id, target);
    return target;
  },
  list: async (_, page) => pageOf(map.values(), page),
  get: async (_, id) => map.get(id),
  update: async (target) => {
    map.set(target.id, target);
    return target;
  },
  delete: async (_, id) => {
    if (!map.delete(id)) throw new Problem("unknown_target", `there is no target ${id}`);
  },
  unknown: async (_, ids) => ids.filter((id) => !map.has(id)),
});

const figuresOf = (target: string, records: readonly AlertRecord[]): TargetFigures => {
  const of = records.filter(({ alert }) => alert.target === target);
  const count = (state: AlertRecord["state"]): number => of.filter((one) => one.state === state).length;
  const oldest = of.find(({ state }) => state === "queued");
  const failing = of.find(({ state, lastError }) => state === "queued" && lastError !== undefined);
  return {
    workspace: "main",
    target,
    created: of.length,
    queued: count("queued"),
    sent: count("sent"),
    failed: of.reduce((sum, { attempts }) => sum + attempts, 0),
    dead: count("dead"),
    dropped: 0,
    ...(oldest !== undefined && { oldestAt: oldest.alert.at }),
    ...(failing !== undefined && { failingSince: failing.alert.at }),
  };
};

/** An outbox that lists what is in `records` and writes down what is re-driven. */
export const fakeOutbox = (
  records: AlertRecord[],
  targets: ReadonlyMap<string, Target>,
  redriven: Redrive[],
): Outbox => ({
  queued: async () => ({ alerts: [], end: 0 }),
  record: async () => {},
  list: async ({ target, state, event, after, limit, order }) => {
    const found = records.filter(
      (record) =>
        (target === undefined || record.alert.target === target) &&
        (state === undefined || record.state === state) &&
        (event === undefined || record.alert.event.id === event) &&
        (after === undefined || (order === "newest" ? record.seq < after : record.seq > after)),
    );
    return (order === "newest" ? found.toReversed() : found).slice(0, limit);
  },
  redrive: async (order) => {
    if (!targets.has(order.target)) throw new Problem("unknown_target", `there is no target ${order.target}`);
    redriven.push(order);
    return records.filter(({ alert, state }) => alert.target === order.target && state === "dead").length;
  },
  figures: async () => ({
    end: records.at(-1)?.seq ?? 0,
    targets: [...targets.keys()].map((target) => figuresOf(target, records)),
  }),
  forget: async () => 0,
});

/** Jobs that stay as they are when they were started. */
export const fakeRecompute = (
  fences: ReadonlyMap<string, Fence>,
  jobs: Map<string, RecomputeJob>,
  clock: Clock,
): Recompute => ({
  start: (_, fence, from) => {
    const known = fences.get(fence);
    if (known === undefined) throw new Problem("unknown_fence", `there is no fence ${fence}`);
    if (jobs.get(fence)?.state === "running") throw new Problem("conflict", `${fence} is being recomputed`);
    const job: RecomputeJob = {
      fence,
      fenceVersion: known.version,
      from,
      startedAt: clock.now(),
      state: "running",
      devices: 3,
      done: 0,
      fixes: 0,
      raised: 0,
      withdrawn: 0,
    };
    jobs.set(fence, job);
    return job;
  },
  job: (_, fence) => jobs.get(fence),
  stop: (_, fence) => {
    const job = jobs.get(fence);
    if (job?.state !== "running") return false;
    jobs.set(fence, { ...job, state: "stopped" });
    return true;
  },
});
