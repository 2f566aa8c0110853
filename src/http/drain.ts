import type { IncomingMessage } from "node:http";

/** How much of a refused body is read, and for how long, before the connection is cut. */
const MAX_BYTES = 268_435_456;
const MAX_MS = 15_000;

/** Reads and drops the rest of a body that nobody wants, within bounds. */
export const drain = (request: IncomingMessage): void => {
  let bytes = 0;
  const cut = (): void => {
    request.destroy();
  };
  const timer = setTimeout(cut, MAX_MS);
  timer.unref();
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) cut();
  });
  request.once("close", () => clearTimeout(timer));
  request.once("error", () => clearTimeout(timer));
  // A refused body is not inflated any further either.
  request.unpipe();
  request.resume();
};
