import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";

/** A request that stays unfinished and silent for so long is given up. */
const PATIENCE_MS = 10_000;

/** Anybody may begin to sign in: who never ends the body must not keep a connection. */
export const addPatience = (scope: FastifyInstance): void => {
  scope.addHook("onRequest", (request, _reply, done) => {
    if (request.raw.socket instanceof Socket) {
      request.raw.setTimeout(PATIENCE_MS, () => request.raw.destroy());
    }
    done();
  });
};
