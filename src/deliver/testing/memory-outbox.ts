import type {
  AlertQuery,
  AlertRecord,
  AlertState,
  Attempt,
  Commit,
  Outbox,
  OutboxFigures,
  Outcome,
  QueuedAlert,
  QueuedPage,
  QueuedQuery,
  Redrive,
  TargetFigures,
  TargetKey,
  Targets,
} from "#ports";
import { type Alert, alertId, Problem, type Target } from "#wire";

interface Row {
  readonly seq: number;
  readonly alert: Alert;
  readonly lane: string;
  state: AlertState;
  attempts: number;
  dueAt: number;
  firstAt: number | undefined;
  lastAt: number | undefined;
  lastStatus: number | undefined;
  lastError: string | undefined;
  tries: Attempt[];
}

const keyOf = (workspace: string, id: string): string => JSON.stringify([workspace, id]);
const present = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;

/** What survives the process. */
export class OutboxDisk {
  readonly targets: Map<string, Target> = new Map();
  readonly rows: Map<number, Row> = new Map();
  readonly tallies: Map<
    string,
    TargetKey & { created: number; sent: number; failed: number; forgotten: number }
  > = new Map();
  readonly failingSince: Map<string, number> = new Map();
  seq = 0;

  tally({ workspace, target }: TargetKey): {
    created: number;
    sent: number;
    failed: number;
    forgotten: number;
  } {
    const key = keyOf(workspace, target);
    const tally = this.tallies.get(key) ?? {
      workspace,
      target,
      created: 0,
      sent: 0,
      failed: 0,
      forgotten: 0,
    };
    this.tallies.set(key, tally);
    return tally;
  }
}

/** Outbox, targets and commits of one process on a disk in memory; passes the contract of the real one. */
export class MemoryOutbox implements Outbox {
  readonly disk: OutboxDisk;
  readonly targets: Targets;
  /** So many of the next calls fail. */
  failures = 0;
  /** How long an answer is on its way, after the store has done what was asked. */
  latency: () => Promise<void> = async () => {};
  /** Most alerts that one page brought. */
  largestPage = 0;
  #dead = false;

  constructor(disk: OutboxDisk) {
    this.disk = disk;
    this.targets = targetsOn(disk, () => this.#pass());
  }

  /** kill -9: nothing that this process asks is answered any more. */
  crash(): void {
    this.#dead = true;
  }

  async commit({ alerts, followUps }: Pick<Commit, "alerts" | "followUps">): Promise<[]> {
    await this.#pass();
    if (alerts.some(({ at }) => at === undefined)) throw new Problem("storage_failed", "at is missing");
    for (const alert of alerts) this.#add(structuredClone(alert));
    for (const { event, at } of followUps) {
      for (const { alert } of this.disk.rows.values()) {
        const { target, workspace, rules } = alert;
        if (alert.event.id !== event.withdraws || workspace !== event.workspace) continue;
        if (this.disk.targets.has(keyOf(workspace, target))) {
          this.#add({ id: alertId(event.id, target), workspace, target, event, rules, at });
        }
      }
    }
    return [];
  }

  async queued({ of, after, limit }: QueuedQuery): Promise<QueuedPage> {
    await this.#pass();
    const rows = this.#rows(
      (row) =>
        row.state === "queued" &&
        row.seq > after &&
        (of === undefined ||
          (row.alert.workspace === of.workspace &&
            row.alert.target === of.target &&
            (of.lane === undefined || row.lane === of.lane))),
    ).slice(0, limit);
    this.largestPage = Math.max(this.largestPage, rows.length);
    const { seq: newest } = this.disk;
    const alerts = rows.map(({ seq, alert, lane, attempts, dueAt, firstAt, lastAt }) =>
      present({ seq, alert, lane, attempts, dueAt, firstAt, lastAt }),
    ) as QueuedAlert[];
    const cut = rows.length >= limit;
    await this.latency();
    return { alerts, end: cut ? (rows.at(-1)?.seq ?? after) : Math.max(after, newest) };
  }

  async record(outcomes: readonly Outcome[]): Promise<void> {
    await this.#pass();
    for (const outcome of outcomes) this.#record(outcome);
    await this.latency();
  }

  async list(query: AlertQuery): Promise<readonly AlertRecord[]> {
    await this.#pass();
    const { workspace, target, state, event, after, limit, order = "oldest" } = query;
    const rows = this.#rows(
      (row) =>
        row.alert.workspace === workspace &&
        (target === undefined || row.alert.target === target) &&
        (state === undefined || row.state === state) &&
        (event === undefined || row.alert.event.id === event) &&
        (after === undefined || (order === "newest" ? row.seq < after : row.seq > after)),
    );
    return (order === "newest" ? rows.reverse() : rows).slice(0, limit).map((row) => {
      const { seq, alert, attempts, dueAt, lastAt, lastStatus, lastError } = row;
      const tries = row.tries.toReversed().slice(0, 20);
      return present({ seq, alert, state: row.state, attempts, dueAt, lastAt, lastStatus, lastError, tries });
    }) as AlertRecord[];
  }

  async redrive({ workspace, target, event, since, at }: Redrive): Promise<number> {
    await this.#pass();
    if (!this.disk.targets.has(keyOf(workspace, target))) {
      throw new Problem("unknown_target", `There is no target ${JSON.stringify(target)}`);
    }
    const rows = this.#rows(({ alert, state }) => {
      if (alert.workspace !== workspace || alert.target !== target) return false;
      if (event !== undefined) return alert.event.id === event;
      return since === undefined ? state === "dead" : alert.at >= since;
    });
    for (const row of rows) Object.assign(row, { state: "queued", attempts: 0, dueAt: 0, firstAt: at });
    return rows.length;
  }

  async figures(): Promise<OutboxFigures> {
    await this.#pass();
    const targets = [...this.disk.tallies.values()].map(({ forgotten, ...tally }): TargetFigures => {
      const { workspace, target, created } = tally;
      const rows = this.#rows(({ alert }) => alert.workspace === workspace && alert.target === target);
      const count = (state: AlertState): number => rows.filter((row) => row.state === state).length;
      return present({
        ...tally,
        queued: count("queued"),
        dead: count("dead"),
        dropped: created - rows.length - forgotten,
        oldestAt: rows.find(({ state }) => state === "queued")?.alert.at,
        failingSince: this.disk.failingSince.get(keyOf(workspace, target)),
      }) as TargetFigures;
    });
    return { end: this.disk.seq, targets };
  }

  async forget(before: number): Promise<number> {
    await this.#pass();
    const rows = this.#rows(({ state, alert }) => state === "sent" && alert.at < before);
    for (const { seq, alert } of rows) {
      this.disk.rows.delete(seq);
      this.disk.tally(alert).forgotten++;
    }
    return rows.length;
  }

  #rows(which: (row: Row) => boolean): Row[] {
    return [...this.disk.rows.values()].filter(which);
  }

  #add(alert: Alert): void {
    const same = this.#rows((row) => row.alert.id === alert.id && row.alert.workspace === alert.workspace);
    if (same.length > 0) return;
    const known = this.disk.targets.has(keyOf(alert.workspace, alert.target));
    const { device, other } = alert.event;
    const seq = ++this.disk.seq;
    this.disk.tally(alert).created++;
    this.disk.rows.set(seq, {
      seq,
      alert,
      lane: other !== undefined && other < device ? other : device,
      state: known ? "queued" : "dead",
      attempts: 0,
      dueAt: 0,
      firstAt: undefined,
      lastAt: undefined,
      lastStatus: undefined,
      lastError: known ? undefined : "unknown target",
      tries: [],
    });
  }

  #record({ seq, state, dueAt = 0, attempt, error }: Outcome): void {
    const row = this.disk.rows.get(seq);
    if (!row) return;
    const tally = this.disk.tally(row.alert);
    const key = keyOf(row.alert.workspace, row.alert.target);
    if (attempt) {
      row.tries = [...row.tries, attempt].slice(-100);
      if (attempt.error === undefined) this.disk.failingSince.delete(key);
      else {
        tally.failed++;
        if (!this.disk.failingSince.has(key)) this.disk.failingSince.set(key, attempt.at);
      }
    }
    if (state !== "sent" && row.state !== "queued") return;
    if (state === "sent" && row.state !== "sent") tally.sent++;
    row.state = state;
    row.dueAt = dueAt;
    row.attempts += attempt?.error === undefined ? 0 : 1;
    row.firstAt ??= attempt?.at;
    row.lastAt = attempt?.at ?? row.lastAt;
    row.lastStatus = attempt?.status;
    row.lastError = error ?? attempt?.error;
  }

  async #pass(): Promise<void> {
    await Promise.resolve();
    if (this.#dead) await new Promise<never>(() => {});
    if (this.failures === 0) return;
    this.failures--;
    throw new Problem("storage_failed", "the disk in memory failed, as it was told to");
  }
}

function targetsOn(disk: OutboxDisk, pass: () => Promise<void>): Targets {
  const unknown = (id: string): Problem =>
    new Problem("unknown_target", `There is no target ${JSON.stringify(id)}`);
  return {
    async create(target) {
      await pass();
      const key = keyOf(target.workspace, target.id);
      if (disk.targets.has(key)) throw new Problem("conflict", `The target ${target.id} exists`);
      disk.targets.set(key, target);
      return target;
    },
    async list(workspace, { after = "", limit }) {
      await pass();
      const all = [...disk.targets.values()].filter((one) => one.workspace === workspace && one.id > after);
      return all.sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
    },
    async get(workspace, id) {
      await pass();
      return disk.targets.get(keyOf(workspace, id));
    },
    async update(target) {
      await pass();
      const key = keyOf(target.workspace, target.id);
      if (!disk.targets.has(key)) throw unknown(target.id);
      disk.targets.set(key, target);
      return target;
    },
    async delete(workspace, id, at) {
      await pass();
      if (!disk.targets.delete(keyOf(workspace, id))) throw unknown(id);
      for (const row of disk.rows.values()) {
        const { alert, state } = row;
        if (alert.workspace !== workspace || alert.target !== id || state !== "queued") continue;
        Object.assign(row, { state: "dead", lastAt: at, lastStatus: undefined, lastError: "target deleted" });
      }
    },
    async unknown(workspace, ids) {
      await pass();
      return ids.filter((id) => !disk.targets.has(keyOf(workspace, id)));
    },
  };
}
