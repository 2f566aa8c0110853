import { Agent, request } from "node:http";
import { randomOf } from "./crowd.ts";
import type { MeasuredServer } from "./processes.ts";

/** How devices are to move. */
export interface TrafficPlan {
  readonly devices: number;
  /** Square in which they begin, in degrees. */
  readonly west: number;
  readonly south: number;
  readonly side: number;
  readonly seed: number;
  /** What the names of the devices begin with; `vehicle` unless it is said. */
  readonly name?: string;
}

/** Batches in which the devices of a second report. */
const BATCHES = 40;
/** Requests under way; past that a batch waits, and its positions with it. */
const MOST_WAITING = 16;
/** Degrees of latitude in a second at about 14 m/s. */
const STEP = 14 / 111_320;

/** Devices on a random walk that report once a second, through the door that every device uses. */
export class Traffic {
  readonly #plan: TrafficPlan;
  readonly #server: MeasuredServer;
  readonly #random: () => number;
  readonly #lon: Float64Array;
  readonly #lat: Float64Array;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: MOST_WAITING });
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Batches that were left out because too many waited, and requests that were not accepted. */
  behind = 0;
  refused = 0;

  constructor(server: MeasuredServer, plan: TrafficPlan) {
    this.#server = server;
    this.#plan = plan;
    this.#random = randomOf(plan.seed);
    this.#lon = Float64Array.from({ length: plan.devices }, () => plan.west + this.#random() * plan.side);
    this.#lat = Float64Array.from({ length: plan.devices }, () => plan.south + this.#random() * plan.side);
  }

  /** Every device reports once; resolves when all is acknowledged. */
  async once(): Promise<void> {
    for (let batch = 0; batch < BATCHES; batch++) await this.#report(batch);
  }

  start(): void {
    const from = performance.now();
    let done = 0;
    this.#timer = setInterval(() => {
      const due = Math.floor(((performance.now() - from) / 1_000) * BATCHES);
      for (; done < due; done++) {
        if (this.#waiting < MOST_WAITING) void this.#report(done % BATCHES);
        else this.behind++;
      }
    }, 5);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#agent.destroy();
  }

  /** The devices of one batch go on and report. */
  async #report(batch: number): Promise<void> {
    const time = Date.now();
    const { name = "vehicle" } = this.#plan;
    const positions: string[] = [];
    for (let i = batch; i < this.#plan.devices; i += BATCHES) {
      const course = this.#random() * 360;
      const radians = (course * Math.PI) / 180;
      const lon = (this.#lon[i] ?? 0) + Math.sin(radians) * STEP;
      const lat = (this.#lat[i] ?? 0) + Math.cos(radians) * STEP;
      this.#lon[i] = lon;
      this.#lat[i] = lat;
      positions.push(
        `{"device":"${name}-${i}","time":${time},"lon":${lon.toFixed(6)},"lat":${lat.toFixed(6)},"speed":14,"course":${course.toFixed(1)}}`,
      );
    }
    if (positions.length === 0) return;
    this.#waiting++;
    try {
      if ((await this.#post(`[${positions.join(",")}]`)) !== 200) this.refused++;
    } catch {
      // Counted: a bench goes on when the server does not keep up.
      this.refused++;
    } finally {
      this.#waiting--;
    }
  }

  #post(body: string): Promise<number> {
    const { port, token } = this.#server;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const options = { port, host: "127.0.0.1", path: "/api/positions", method: "POST", headers };
    const asked = request({ ...options, agent: this.#agent }, (response) => {
      response.resume();
      response.once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", reject);
    asked.end(body);
    return promise;
  }
}
