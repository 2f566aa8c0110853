import type { Line } from "../line.ts";
import type { Message } from "../message.ts";
import type { Told } from "./clients.ts";

/** A line that a test can hold up: while it does, everything sent stays in flight. */
export class FakeLine implements Line {
  readonly transport = "fake";
  readonly told: Told[] = [];
  /** Called when the network has taken what it had. */
  freed: () => void = () => {};
  heldUp = false;
  inFlight = 0;
  ended: { readonly comeBack: boolean } | undefined;

  send(message: Message): void {
    // A binary frame is told as its bytes.
    const body = message.frame ?? JSON.parse(message.body);
    this.told.push({ name: message.name, body, id: message.cursor });
    if (this.heldUp) this.inFlight += message.bytes;
  }

  end(comeBack: boolean): void {
    this.ended = { comeBack };
  }

  /** The network takes everything, and goes on taking. */
  flow(): void {
    this.heldUp = false;
    this.inFlight = 0;
    this.freed();
  }

  /** Messages of a name, each handed out once. */
  take(name: string): Told["body"][] {
    const found = this.told.filter((told) => told.name === name);
    for (const told of found) this.told.splice(this.told.indexOf(told), 1);
    return found.map(({ body }) => body);
  }
}
