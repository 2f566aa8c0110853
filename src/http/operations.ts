import type { FastifyInstance } from "fastify";
import { Problem } from "#wire";
import { addStoreFigures, createMetrics, type Metrics } from "./metrics.ts";
import type { HttpOptions } from "./options.ts";

/** `/healthz` (anybody), `/readyz` and `/metrics` (need `view`), and the time of every request. */
export const addOperations = (server: FastifyInstance, options: HttpOptions): Metrics => {
  const metrics = createMetrics(options.registry);
  addStoreFigures(metrics, options.upkeep);

  server.addHook("onResponse", (request, reply, done) => {
    const route = request.routeOptions.url ?? "none";
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1000);
    done();
  });

  server.get("/healthz", { config: { access: "public" } }, async (_request, reply) => {
    reply.header("cache-control", "no-store");
    return { status: "ok" };
  });

  server.get("/readyz", async (_request, reply) => {
    reply.header("cache-control", "no-store");
    const problems = await options.readiness();
    if (problems.length > 0) throw new Problem("not_ready", problems.join("; "));
    return { status: "ready" };
  });

  server.get("/metrics", { config: { server: true } }, async (_request, reply) => {
    reply.type(metrics.registry.contentType).header("cache-control", "no-store");
    return await metrics.registry.metrics();
  });
  return metrics;
};
