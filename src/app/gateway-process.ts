/** A process that holds WebSockets of viewers for a server. */
import { createServer, IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { createLive, type Live } from "#live";
import { systemClock as clock } from "./clock.ts";
import type { FromGateway, HandedOver, ToGateway } from "./gateways/letters.ts";
import { Post } from "./gateways/post.ts";
import { RemotePorts } from "./gateways/remote-ports.ts";

/** The pipe that the letters come through; see `gateways/gateway.ts`. */
const PIPE = 4;
/** Milliseconds between two reports. */
const REPORT = 1_000;

/** Whom the server asks to stop decides itself when; the gateway follows it. */
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
// Without a server there is nothing to show; clients come back to the next one.
process.on("disconnect", () => process.exit(0));

const server = createServer();
let live: Live | undefined;
let ports: RemotePorts | undefined;
let open = 0;
const post = new Post<FromGateway, ToGateway>(new Socket({ fd: PIPE }), (letter) => {
  if (letter.kind === "open") start(letter);
  else if (letter.kind === "close") void stop();
  else ports?.take(letter);
});

function start(letter: Extract<ToGateway, { kind: "open" }>): void {
  ports = new RemotePorts(letter, clock, (answer) => post.send(answer));
  const { access, events, latest, bus } = ports;
  const logger = {
    warn: (about: object, message: string): void => post.send({ kind: "log", level: "warn", message, about }),
    error: (about: object, message: string): void =>
      post.send({ kind: "log", level: "error", message, about }),
  };
  live = createLive({ access, events, latest, bus, clock, logger, settings: letter.settings });
  live.attach(server);
  setInterval(report, REPORT);
  post.send({ kind: "opened" });
}

function destroyThis(this: Socket): void {
  this.destroy();
}

function closed(): void {
  open--;
}

function report(): void {
  if (live !== undefined) post.send({ kind: "figures", figures: live.figures(), open });
}

async function stop(): Promise<void> {
  await live?.close();
  process.exit(0);
}

process.on("message", (handed: HandedOver, socket: Socket | undefined) => {
  // The client may have left on the way.
  if (socket === undefined) return;
  open++;
  // It may also leave before anybody here listens.
  socket.on("error", destroyThis);
  socket.on("close", closed);
  const { method, url, httpVersion, headers, head } = handed;
  const [major, minor] = httpVersion.split(".").map(Number);
  const request = Object.assign(new IncomingMessage(socket), {
    method,
    url,
    httpVersion,
    httpVersionMajor: major,
    httpVersionMinor: minor,
    headers,
  });
  if (!server.emit("upgrade", request, socket, Buffer.from(head))) socket.destroy();
});
