import type { Server } from "node:https";
import {
  fastify,
  LogController,
  type FastifyHttpsOptions,
  type FastifyInstance,
  type FastifyServerOptions,
} from "fastify";
import { Problem } from "#wire";
import { addAccountRoutes } from "./account-routes.ts";
import { addAuditTrail } from "./audit-trail.ts";
import { acceptJson, MAX_BODY } from "./body.ts";
import { answerBadRequest, answerBadUrl } from "./early-failures.ts";
import { addDeviceRoutes } from "./device-routes.ts";
import { addEventRoutes } from "./event-routes.ts";
import { addExplainRoutes } from "./explain-routes.ts";
import { addFailures } from "./failures.ts";
import { addFenceEditing, addFenceReading } from "./fence-routes.ts";
import { addForgotten } from "./forgotten.ts";
import { addGate } from "./gate.ts";
import { addHistoryRoutes } from "./history-routes.ts";
import { addJoinRoutes } from "./join-routes.ts";
import { addMemberRoutes } from "./member-routes.ts";
import type { Metrics } from "./metrics.ts";
import { addOperations } from "./operations.ts";
import type { HttpOptions } from "./options.ts";
import { addPasskeyRoutes } from "./passkey-routes.ts";
import { addPasskeySignIn } from "./passkey-sign-in.ts";
import { addProviderRoutes } from "./provider-routes.ts";
import { addProviderSignIn } from "./provider-sign-in.ts";
import { addRecomputeRoutes } from "./recompute-routes.ts";
import { redactUrl } from "./redact.ts";
import { addRuleRoutes } from "./rule-routes.ts";
import { addSecurity } from "./security.ts";
import { ShareDesk } from "./share-desk.ts";
import { addShareRoutes } from "./share-routes.ts";
import { addSignIn } from "./sign-in.ts";
import { addTargetRoutes } from "./target-routes.ts";
import { addTotpRoutes } from "./totp-routes.ts";
import { addTokenRoutes } from "./token-routes.ts";
import { addWatchRoutes } from "./watch-routes.ts";
import { addWorkspaceRoutes } from "./workspace-routes.ts";

declare module "fastify" {
  interface FastifyInstance {
    /** Counters that other rooms feed through `app`. */
    readonly metrics: Metrics;
  }
}

const make = ({ logger, trustProxy = false, tls }: HttpOptions): FastifyInstance => {
  const base: Omit<FastifyServerOptions, "http" | "http2" | "https" | "serverFactory"> = {
    ...(logger !== undefined && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    // A child logger a request costs more than a position; the few lines that are logged name the request.
    childLoggerFactory: (parent) => parent,
    trustProxy,
    bodyLimit: MAX_BODY,
    frameworkErrors: answerBadUrl,
    clientErrorHandler: answerBadRequest,
    return503OnClosing: false,
    forceCloseConnections: "idle",
    routerOptions: { maxParamLength: 1024 },
  };
  if (tls === undefined) return fastify(base);
  const secure: FastifyHttpsOptions<Server> = {
    ...base,
    https: { cert: tls.cert, key: tls.key },
  } as FastifyHttpsOptions<Server>;
  return fastify(secure) as unknown as FastifyInstance;
};

/** While it stops, the server finishes what it has begun and refuses what is new. */
const addStopping = (server: FastifyInstance): void => {
  let stopping = false;
  server.addHook("preClose", (done) => {
    stopping = true;
    done();
  });
  server.addHook("onRequest", (_request, reply, done) => {
    if (!stopping) {
      done();
      return;
    }
    reply.header("connection", "close");
    done(new Problem("shutting_down", "the server is stopping; try again in a moment"));
  });
  // A connection whose request was under way would else stay open for the next one, and keep the server from ending.
  server.addHook("onSend", (_request, reply, _payload, done) => {
    if (stopping) reply.header("connection", "close");
    done();
  });
};

const addLog = (server: FastifyInstance): void => {
  server.addHook("onResponse", (request, reply, done) => {
    if (reply.statusCode >= 500 || request.log.level === "debug" || request.log.level === "trace") {
      const { method, url, ip } = request;
      const facts = {
        method,
        url: redactUrl(url),
        ip,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      };
      if (reply.statusCode >= 500) request.log.warn(facts, "request");
      else request.log.debug(facts, "request");
    }
    done();
  });
};

/**
 * The HTTP server with every route of the API; not listening yet. More routes may be registered before `listen`:
 * without a `config` they are behind the gate. `close()` lets requests end that have begun.
 */
export const createHttpServer = (options: HttpOptions): FastifyInstance => {
  const server = make(options);
  addFailures(server);
  addSecurity(server, options.tls !== undefined);
  addStopping(server);
  addLog(server);
  addGate(server, options.access, options.publicUrl);
  acceptJson(server);
  server.decorate("metrics", addOperations(server, options));
  addAuditTrail(server, options);
  addSignIn(server, options);
  addPasskeySignIn(server, options);
  addProviderSignIn(server, options);
  addJoinRoutes(server, options);
  addForgotten(server, options);
  addAccountRoutes(server, options);
  addTotpRoutes(server, options);
  addPasskeyRoutes(server, options);
  addProviderRoutes(server, options);
  addMemberRoutes(server, options);
  addWorkspaceRoutes(server, options);
  addShareRoutes(server, options, new ShareDesk(options));
  addDeviceRoutes(server, options);
  addHistoryRoutes(server, options);
  addFenceReading(server, options);
  addFenceEditing(server, options);
  addRecomputeRoutes(server, options);
  addEventRoutes(server, options);
  addExplainRoutes(server, options);
  addRuleRoutes(server, options);
  addWatchRoutes(server, options);
  addTargetRoutes(server, options);
  addTokenRoutes(server, options);
  return server;
};
