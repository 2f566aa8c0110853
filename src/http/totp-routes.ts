import type { FastifyInstance } from "fastify";
import { formatTime } from "#wire";
import type { HttpOptions } from "./options.ts";
import { TotpDesk } from "./totp-desk.ts";

/** `/api/account/totp`: whether one's own authenticator is on. It is turned on and off on the page of the account. */
export const addTotpRoutes = (server: FastifyInstance, options: HttpOptions): void => {
  const desk = new TotpDesk(options);
  server.get("/api/account/totp", { config: { scope: "view", limited: true } }, async (request) => {
    const { since, codesLeft } = await desk.state(request);
    return { on: since !== undefined, since: since === undefined ? null : formatTime(since), codesLeft };
  });
};
