import type http from "node:http";
import type { Live } from "../live.ts";

/** What a client was told, in order. */
export interface Told {
  readonly name: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of all kinds
  readonly body: any;
  readonly id?: string | undefined;
}

/** One client of any transport, seen alike. */
export interface TestClient {
  readonly told: Told[];
  /** Resolves with the next message that fits and was not handed out before; rejects when the stream ends first. */
  next(name: string, fits?: (body: Told["body"]) => boolean): Promise<Told>;
  /** Resolves when the server or the network has ended the stream. */
  readonly ended: Promise<string>;
  /** Stops reading from the network, and goes on. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** A real server with nothing but the live room in it. */
export interface Site {
  readonly live: Live;
  readonly url: string;
  readonly server: http.Server;
  close(): Promise<void>;
}

/** What a test client asks for. */
export interface Ask {
  readonly bbox: readonly number[];
  readonly events?: "view" | "all";
  readonly cursor?: string | undefined;
  readonly token?: string;
}

/** Collects what a client is told and lets a test wait for it. */
export class Inbox {
  readonly told: Told[] = [];
  readonly ended: Promise<string>;
  readonly end: (reason: string) => void;
  #seen = new Set<Told>();
  #check = new Set<() => void>();
  #over = false;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.ended = promise;
    this.end = (reason) => {
      this.#over = true;
      resolve(reason);
      for (const check of this.#check) check();
    };
  }

  put(told: Told): void {
    this.told.push(told);
    for (const check of this.#check) check();
  }

  async next(name: string, fits: (body: Told["body"]) => boolean = () => true): Promise<Told> {
    const { promise, resolve, reject } = Promise.withResolvers<Told>();
    const check = (): void => {
      const found = this.told.find((told) => !this.#seen.has(told) && told.name === name && fits(told.body));
      if (found) {
        this.#seen.add(found);
        resolve(found);
      } else if (this.#over) {
        reject(new Error(`ended without ${name}; was told ${JSON.stringify(this.told).slice(0, 500)}`));
      }
    };
    this.#check.add(check);
    check();
    const told = await promise;
    this.#check.delete(check);
    return told;
  }
}
