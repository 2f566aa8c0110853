import { Agent, request } from "node:http";
import type { Random } from "../../bench/support/random.ts";
import { almostMessage, almostPacket, almostQuery, almostUtf8 } from "./mutant.ts";
import { brokenFrames, frameBytes, RawSocket, upgradeRequest } from "./raw-web-socket.ts";

/** Connections that are open at once. */
const AT_ONCE = 32;
/** Messages of one connection, at most: more than a client may send at once. */
const MESSAGES = 60;

/** Whom to attack, and as whom. */
export interface Target {
  readonly url: string;
  readonly token: string;
  /** What nobody with this token may ever be told. */
  readonly secret: string;
}

/** Clients that send what no client should, over all the ways in. */
export class Hostile {
  /** Messages, packets and requests that were sent. */
  sent = 0;
  /** Bytes that came back. */
  received = 0;
  /** What came back, by its beginning: an attack that nobody hears tests nothing. */
  readonly answers: Map<string, number> = new Map();
  readonly #target: Target;
  readonly #random: Random;
  readonly #port: number;
  readonly #agent: Agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

  constructor(target: Target, random: Random) {
    this.#target = target;
    this.#random = random;
    this.#port = Number(new URL(target.url).port);
  }

  /** Sends so many messages more. Rejects when something is told that must not be, or a connection is left open. */
  async attack(messages: number): Promise<void> {
    const end = this.sent + messages;
    const work = async (): Promise<void> => {
      while (this.sent < end) await this.#connection();
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #connection(): Promise<void> {
    const die = this.#random();
    if (die < 0.5)
      await this.#webSocket(`/api/live/ws?token=${this.#token()}`, () => almostMessage(this.#random), []);
    else if (die < 0.75) {
      const path = `/socket.io/?EIO=4&transport=websocket&token=${this.#token()}`;
      await this.#webSocket(path, () => almostPacket(this.#random), ["40{}"]);
    } else if (die < 0.85) await this.#polling();
    else if (die < 0.93) await this.#stream();
    else await this.#upgrade();
  }

  async #webSocket(path: string, message: () => string, first: readonly string[]): Promise<void> {
    const socket = new RawSocket(this.#port);
    socket.write(upgradeRequest(path));
    // What comes right behind the request is there before the server has let anybody in; no client may do that.
    const isEarly = this.#random() < 0.3;
    if (!isEarly) await socket.answered();
    const texts = [...first, ...Array.from({ length: this.#below(MESSAGES) }, message)];
    this.sent += texts.length;
    socket.write(this.#inPieces(texts));
    const die = this.#random();
    if (die < 0.4) {
      this.sent++;
      socket.write(brokenFrames(this.#random));
    } else if (die < 0.6) socket.write(frameBytes({ opcode: 8, payload: Buffer.from([3, 232]) }));
    else if (die < 0.8) await socket.answered();
    await socket.leave(die >= 0.8 ? "reset" : isEarly || die >= 0.6 ? "half-close" : "wait");
    this.#heard(socket.received);
  }

  /** Frames of a message each, or of a part of it, now and then with a ping between. */
  #inPieces(texts: readonly string[]): Buffer {
    const frames: Buffer[] = [];
    for (const text of texts) {
      const payload = almostUtf8(this.#random, text).subarray(0, this.#random() < 0.995 ? 16_000 : 20_000);
      const die = this.#random();
      const cut = die < 0.1 ? this.#below(payload.length + 1) : payload.length;
      const opcode = this.#random() < 0.02 ? 2 : 1;
      frames.push(frameBytes({ opcode, payload: payload.subarray(0, cut), final: die >= 0.1 }));
      if (die < 0.03) frames.push(frameBytes({ opcode: 9, payload: Buffer.from("?") }));
      if (die < 0.1) frames.push(frameBytes({ opcode: 0, payload: payload.subarray(cut) }));
    }
    return Buffer.concat(frames);
  }

  async #polling(): Promise<void> {
    const path = `/socket.io/?EIO=4&transport=polling&token=${this.#token()}`;
    const opened = await this.#ask("GET", path);
    const sid = /"sid":"([^"]+)"/.exec(opened)?.[1] ?? "none";
    const session = `${path}&sid=${sid}`;
    const said = [this.#ask("POST", session, Buffer.from("40{}"))];
    for (let posts = this.#below(3); posts >= 0; posts--) {
      const packets = Array.from({ length: 1 + this.#below(15) }, () => almostPacket(this.#random));
      this.sent += packets.length;
      const body = almostUtf8(this.#random, packets.join("\u001e"));
      said.push(this.#ask(this.#random() < 0.97 ? "POST" : "PUT", session, body));
    }
    if (this.#random() < 0.5) said.push(this.#ask("GET", session));
    await Promise.all(said);
    await this.#ask("POST", session, Buffer.from("1"));
  }

  async #stream(): Promise<void> {
    this.sent++;
    const socket = new RawSocket(this.#port);
    const query = almostQuery(this.#random);
    const headers = [`authorization: Bearer ${this.#token()}`, "connection: close"];
    if (this.#random() < 0.3) headers.push(`last-event-id: ${almostQuery(this.#random)}`);
    socket.write(`GET /api/live?${query} HTTP/1.1\r\nhost: 127.0.0.1\r\n${headers.join("\r\n")}\r\n\r\n`);
    if (this.#random() < 0.8) await socket.answered();
    await socket.leave(this.#random() < 0.5 ? "reset" : "half-close");
    this.#heard(socket.received);
  }

  /** A request for an upgrade that is none, or leads nowhere. */
  async #upgrade(): Promise<void> {
    this.sent++;
    const socket = new RawSocket(this.#port);
    const paths = [
      "/api/live/ws",
      "/api/live/wsx",
      "/socket.io/",
      "/socket.ioo",
      "/",
      "/api/live",
      "//",
      "/%ff",
      "*",
    ];
    const path = `${this.#pick(paths)}?${almostQuery(this.#random)}`;
    let text = upgradeRequest(path, [`authorization: Bearer ${this.#token()}`]);
    const die = this.#random();
    if (die < 0.2) text = text.replace("13", this.#pick(["12", "-1", "x"]));
    else if (die < 0.4)
      text = text.replace(/sec-websocket-key: .*/, this.#pick(["x: y", "sec-websocket-key: short"]));
    else if (die < 0.5)
      text = text.replace("upgrade: websocket", `upgrade: ${this.#pick(["h2c", "websocketx", ""])}`);
    else if (die < 0.6) text = text.slice(0, this.#below(text.length));
    else if (die < 0.7) text = text.replace("GET", this.#pick(["POST", "HEAD", "BREW"]));
    else if (die < 0.8) text += "\0\0\0\0".repeat(this.#below(100));
    socket.write(text);
    if (die >= 0.6 && this.#random() < 0.3) await socket.answered();
    await socket.leave(this.#random() < 0.5 ? "reset" : "half-close");
    this.#heard(socket.received);
  }

  #ask(method: string, path: string, body?: Buffer): Promise<string> {
    return new Promise((resolve) => {
      const asked = request(
        { host: "127.0.0.1", port: this.#port, method, path, agent: this.#agent, timeout: 5_000 },
        (answer) => {
          let text = "";
          answer.setEncoding("latin1");
          answer.on("data", (part: string) => (text += part));
          answer.on("close", () => {
            this.#heard(`HTTP/1.1 ${answer.statusCode} polling\r\n${text}`);
            resolve(text);
          });
        },
      );
      // A poll that nobody has anything to say to is given up.
      asked.once("timeout", () => asked.destroy());
      asked.once("error", () => resolve(""));
      asked.end(body);
    });
  }

  #heard(text: string): void {
    const { secret } = this.#target;
    this.received += text.length;
    if (text.includes(secret)) throw new Error(`${secret} was told to who may not see it`);
    const status = text.slice(0, 12);
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
    for (const [code] of text.matchAll(/"code":"\w+"/g))
      this.answers.set(code, (this.answers.get(code) ?? 0) + 1);
  }

  #token(): string {
    return this.#random() < 0.05 ? "wrong" : this.#target.token;
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #pick<T>(of: readonly T[]): T {
    return of[this.#below(of.length)]!;
  }
}
