import { Agent, request } from "node:http";
import type { Alert } from "#wire";

/** Milliseconds after which an answer is not waited for any longer. */
const TIMEOUT = 10_000;

/**
 * The ordinary way to call hooks: a queue in memory for each, from which a message is taken before it is sent, one at a
 * time, unsigned, and forgotten when that fails.
 */
export class SerialHooks {
  readonly #hooks = new Map<string, { readonly queue: Alert[]; readonly agent: Agent; busy: boolean }>();
  readonly #urlOf: (target: string) => string;

  constructor(urlOf: (target: string) => string) {
    this.#urlOf = urlOf;
  }

  /** Messages that wait in memory. */
  get waiting(): number {
    let waiting = 0;
    for (const { queue } of this.#hooks.values()) waiting += queue.length;
    return waiting;
  }

  send(alert: Alert): void {
    const known = this.#hooks.get(alert.target);
    const hook = known ?? { queue: [], agent: new Agent({ keepAlive: true, maxSockets: 1 }), busy: false };
    if (!known) this.#hooks.set(alert.target, hook);
    hook.queue.push(alert);
    if (!hook.busy) void this.#drain(alert.target);
  }

  close(): void {
    for (const { agent, queue } of this.#hooks.values()) {
      queue.length = 0;
      agent.destroy();
    }
  }

  async #drain(target: string): Promise<void> {
    const hook = this.#hooks.get(target);
    if (!hook) return;
    hook.busy = true;
    for (let alert = hook.queue.shift(); alert; alert = hook.queue.shift()) {
      await this.#post(this.#urlOf(target), alert, hook.agent);
    }
    hook.busy = false;
  }

  #post(url: string, alert: Alert, agent: Agent): Promise<void> {
    return new Promise((resolve) => {
      const body = JSON.stringify(alert);
      const headers = { "webhook-id": alert.id, "content-length": Buffer.byteLength(body) };
      const sent = request(url, { method: "POST", agent, headers, timeout: TIMEOUT }, (response) => {
        response.resume();
        response.once("close", resolve);
      });
      sent.once("timeout", () => sent.destroy());
      sent.once("error", () => resolve());
      sent.end(body);
    });
  }
}
