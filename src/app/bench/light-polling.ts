import { type AskOrder, LightAsker } from "./light-asker.ts";
import type { SocketEars, SocketOrder } from "./light-socket.ts";
import { LightPosts } from "./light-posts.ts";

/** Between the packets of one answer (Engine.IO protocol, revision 4). */
const SEPARATOR = 0x1e;

/** The client side of Engine.IO over long-polling: an open GET for what comes, a POST for each packet that goes. */
export class LightPolling {
  readonly #path: string;
  readonly #ears: SocketEars;
  readonly #polls: LightAsker;
  readonly #posts: LightPosts;
  #sid: string | undefined;
  #over = false;

  /** `posts`: connections for what goes, which clients share. */
  constructor({ path, ...order }: SocketOrder & AskOrder, posts: LightPosts, ears: SocketEars) {
    this.#path = path;
    this.#ears = ears;
    this.#posts = posts;
    this.#polls = new LightAsker(order, {
      answered: (status, body) => this.#answered(status, body),
      lost: () => this.#end(),
    });
    this.#polls.get(path);
  }

  get bytesRead(): number {
    return this.#polls.bytesRead;
  }

  send(packet: string): void {
    this.#posts.post(this.#at(), packet, (status) => {
      if (status !== 200) this.#end();
    });
  }

  /** Leaves without a word. */
  drop(): void {
    this.#end();
  }

  #at(): string {
    return `${this.#path}&sid=${this.#sid ?? ""}`;
  }

  #answered(status: number, body: Buffer): void {
    if (status !== 200) {
      this.#end();
      return;
    }
    if (this.#sid === undefined) {
      const { sid } = JSON.parse(body.toString("utf8", 1)) as { readonly sid: string };
      this.#sid = sid;
      this.#ears.opened();
    }
    for (let from = 0; from < body.length;) {
      const found = body.indexOf(SEPARATOR, from);
      const end = found < 0 ? body.length : found;
      this.#ears.text(body.subarray(from, end));
      from = end + 1;
    }
    if (!this.#over) this.#polls.get(this.#at());
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#polls.close();
    this.#ears.closed();
  }
}
