import { describe, expect, it } from "vitest";
import type { Answer } from "./testing/fake-senders.ts";
import { seeded } from "./testing/seeded.ts";
import { StrictStage } from "./testing/stage.ts";

const SEEDS = Number(process.env["FUZZ_SEEDS"] ?? 8);
const FIRST = Number(process.env["FUZZ_FIRST"] ?? 1);
const targets = ["a", "b", "c", "d"];
const devices = ["bus", "tram", "ship", "plane", "bike"];
const bounds = { window: 12, laneWindow: 3, waitingLanes: 4, page: 7, unrecorded: 40, concurrency: 4 };
const moods = ["well", "slow", "flaky", "down", "hangs", "picky"] as const;

/** Everything that can go wrong goes wrong, and meanwhile it is watched that no alert overtakes one ahead of it. */
class Storm {
  readonly random: () => number;
  readonly stage: StrictStage;
  readonly mood: Map<string, (typeof moods)[number]> = new Map();
  /** Ids by target and device, in the order of their commits. */
  readonly lanes: Map<string, string[]> = new Map();
  /** Taken by the target, or refused by it for ever. */
  readonly done: Set<string> = new Set();
  readonly refused: Set<string> = new Set();
  readonly wrong: string[] = [];

  constructor(seed: number) {
    this.random = seeded(seed);
    this.stage = new StrictStage(bounds, seeded(seed + 1_000));
    this.stage.outbox.latency = () =>
      this.random() < 0.5
        ? Promise.resolve()
        : new Promise((resolve) => void this.stage.clock.after(400 * this.random(), resolve));
    this.stage.network.answer = ({ id: target }, { id, event }) => {
      const lane = this.lanes.get(`${target}/${event?.device}`) ?? [];
      const ahead = lane.slice(0, lane.indexOf(id)).filter((other) => !this.done.has(other));
      if (ahead.length > 0) this.wrong.push(`${id} overtook ${ahead.join()}`);
      const answer = this.answer(this.mood.get(target) ?? "well");
      if (answer === "never") return answer;
      if (answer.never === "message") this.refused.add(id);
      if (answer.error === undefined || answer.never === "message") this.done.add(id);
      return answer;
    };
  }

  pick<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.random() * values.length)]!;
  }

  answer(mood: (typeof moods)[number]): Answer | "never" {
    const delay = mood === "slow" ? 9_000 * this.random() : 30 * this.random();
    if (mood === "hangs") return "never";
    if (mood === "picky" && this.random() < 0.2) return { error: "no", never: "message", delay };
    const fails = mood === "down" || (mood === "flaky" && this.random() < 0.5);
    return fails ? { status: 503, error: "answered 503", delay } : { status: 200, delay };
  }

  async step(): Promise<void> {
    const { stage } = this;
    const target = this.pick(targets);
    const dice = this.random();
    if (dice < 0.5) {
      stage.outbox.failures = 0;
      const several = Array.from({ length: 1 + Math.floor(this.random() * 20) }, () => this.pick(devices));
      const ids = await stage.raise(target, several);
      for (const [i, id] of ids.entries()) {
        const lane = `${target}/${several[i]}`;
        this.lanes.set(lane, [...(this.lanes.get(lane) ?? []), id]);
      }
    } else if (dice < 0.65) this.mood.set(target, this.pick(moods));
    else if (dice < 0.72) stage.outbox.failures = Math.floor(this.random() * 4);
    else if (dice < 0.78) await this.#edit(target);
    else if (dice < 0.84) await this.#redrive(target);
    else if (dice < 0.9) {
      stage.restart();
    } else await stage.clock.pass(this.random() * 120_000);
    await stage.clock.pass(this.random() * 500);
  }

  async #edit(id: string): Promise<void> {
    this.stage.outbox.failures = 0;
    const target = await this.stage.outbox.targets.get("main", id);
    const edited = { ...target!, enabled: this.random() < 0.7 };
    await this.stage.outbox.targets.update(edited);
    this.stage.dispatcher.changed({ workspace: "main", target: id }, edited);
  }

  async #redrive(target: string): Promise<void> {
    this.stage.outbox.failures = 0;
    const key = { workspace: "main", target };
    const since = this.random() < 0.5 ? { since: this.stage.clock.now() - 60_000 } : {};
    await this.stage.outbox.redrive({ ...key, ...since, at: this.stage.clock.now() });
    this.stage.dispatcher.rescan(key);
  }

  /** All is well again; everything that can be sent gets the time to be. */
  async calm(): Promise<void> {
    this.stage.outbox.failures = 0;
    for (const id of targets) {
      this.mood.set(id, "well");
      const target = await this.stage.outbox.targets.get("main", id);
      const enabled = { ...target!, enabled: true };
      await this.stage.outbox.targets.update(enabled);
      this.stage.dispatcher.changed({ workspace: "main", target: id }, enabled);
    }
    await this.stage.clock.pass(2 * 3_600_000);
  }
}

describe("delivery in a storm", () => {
  it.each(Array.from({ length: SEEDS }, (_, i) => FIRST + i))(
    "[DL12] loses nothing and lets nothing overtake, over failures, edits and restarts (seed %i)",
    async (seed) => {
      const storm = new Storm(seed);
      const { stage } = storm;
      for (const id of targets) await stage.target(id);
      for (let i = 0; i < 150; i++) {
        await storm.step();
        for (const target of targets) {
          const { held = 0, inFlight = 0 } = stage.dispatcher.courier({ workspace: "main", target }) ?? {};
          if (inFlight > bounds.concurrency) storm.wrong.push(`${inFlight} under way`);
          if (held > bounds.window + bounds.waitingLanes + devices.length)
            storm.wrong.push(`${held} in memory`);
        }
      }
      await storm.calm();
      expect(storm.wrong).toEqual([]);
      const took = new Set(stage.network.took.map(({ id }) => id));
      let expected = 0;
      for (const target of targets) {
        for (const { alert, state } of await stage.records(target)) {
          expected++;
          expect([alert.id, state]).toEqual([alert.id, state === "dead" ? "dead" : "sent"]);
          expect((state === "dead" ? storm.refused : took).has(alert.id)).toBe(true);
        }
      }
      expect(expected).toBe([...storm.lanes.values()].flat().length);
      expect((await stage.outbox.figures()).targets.map(({ dropped, queued }) => dropped + queued)).toEqual([
        0, 0, 0, 0,
      ]);
    },
  );
});
