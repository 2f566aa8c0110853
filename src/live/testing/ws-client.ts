import { WebSocket } from "ws";
import { formatTime, FrameReader, type ReadFrame, type ReadPosition, type View } from "#wire";
import { type Box, holds, toBox } from "../box.ts";
import { type Ask, Inbox, type Site, type TestClient } from "./client.ts";

/** A client on a plain WebSocket that reads binary frames, and tells them as the other transports do. */
export function connectWs(site: Pick<Site, "url">, ask: Ask): TestClient & { readonly socket: WebSocket } {
  const inbox = new Inbox();
  const frames = new FrameTeller(ask.bbox);
  const socket = new WebSocket(`${site.url.replace(/^http/, "ws")}/api/live/ws`, {
    headers: { authorization: `Bearer ${ask.token ?? "viewer"}` },
  });
  socket.on("open", () => socket.send(JSON.stringify(["watch", { ...ask, token: undefined, zoom: 10 }])));
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) {
      inbox.put({ name: "positions", body: frames.tell(data) });
      return;
    }
    const [name, body] = JSON.parse(data.toString());
    inbox.put({ name, body: frames.tell(body) });
  });
  socket.on("unexpected-response", (request, response) => {
    response.setEncoding("utf8");
    let text = "";
    response.on("data", (part: string) => (text += part));
    response.on("end", () => {
      inbox.put({ name: "problem", body: JSON.parse(text) });
      inbox.end(JSON.parse(text).detail);
      request.destroy();
    });
  });
  socket.on("error", (error) => inbox.end(error.message));
  socket.on("close", (code) => inbox.end(String(code)));
  return {
    told: inbox.told,
    ended: inbox.ended,
    next: (name, fits) => inbox.next(name, fits),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
    socket,
  };
}

/** Turns binary frames into bodies of `positions`. */
export class FrameTeller {
  readonly reader: FrameReader = new FrameReader();
  #cursor: string | undefined;

  constructor(bbox: readonly number[]) {
    this.look(bbox);
  }

  /** Another view was asked for. A view that is none is refused by the server. */
  look(bbox: readonly number[]): void {
    try {
      this.reader.look(viewOf(toBox(bbox)));
    } catch {
      this.reader.look(() => true);
    }
  }

  /** The body of a message: of a frame what it says, of anything else itself. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of all kinds
  tell(sent: Uint8Array | { readonly cursor?: string }): any {
    if (sent instanceof Uint8Array) return this.#frame(sent);
    this.#cursor = sent.cursor ?? this.#cursor;
    return sent;
  }

  #frame(bytes: Uint8Array): object {
    const { positions, gone, snapshot, more, cut, cursor }: ReadFrame = this.reader.read(bytes);
    this.#cursor = cursor ?? this.#cursor;
    return {
      cursor: this.#cursor,
      positions: positions.map(bodyOf),
      gone,
      ...(snapshot && { snapshot }),
      ...(more && { more }),
      ...(cut > 0 && { cut }),
    };
  }
}

const bodyOf = ({ device, time, lon, lat, speed, course }: ReadPosition): object => ({
  device,
  time: formatTime(time),
  // Half a step of the cells that tests look at is less than this.
  lon: Math.round(lon * 1e4) / 1e4,
  lat: Math.round(lat * 1e4) / 1e4,
  ...(speed !== undefined && { speed }),
  ...(course !== undefined && { course }),
});

/** The view of a reader of binary frames: does the box hold the place, or one within the margin? */
export const viewOf =
  (box: Box): View =>
  (lon, lat, margin: number) =>
    [0, -margin, margin].some((x) =>
      [0, -margin, margin].some((y) => holds(box, wrap(lon + x), Math.max(-90, Math.min(90, lat + y)))),
    );

const wrap = (lon: number): number => (lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon);
