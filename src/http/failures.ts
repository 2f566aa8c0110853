import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem, type ErrorCode } from "#wire";
import { drain } from "./drain.ts";
import { RouteTable } from "./route-table.ts";

/** Seconds after which a temporary failure may be tried again. */
const RETRY_AFTER = 1;

/** Failures of Fastify itself, by its code. */
const FASTIFY: Readonly<Record<string, readonly [ErrorCode, (request: FastifyRequest) => string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: [
    "body_too_large",
    (request) =>
      `the body has ${request.headers["content-length"] ?? "too many"} bytes; at most ${request.routeOptions.bodyLimit} are read`,
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "unsupported_media_type",
    (request) => `content-type is ${JSON.stringify(request.headers["content-type"] ?? "missing")}`,
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    "invalid_body",
    () => "the body is not as long as content-length says",
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ["invalid_json", () => "the body is empty; expected JSON"],
};

/** What a failure is to the outside. Only a `Problem` says more than its title. */
const toProblem = (error: unknown, request: FastifyRequest): Problem => {
  if (error instanceof Problem) return error;
  const { code, statusCode } = error as Partial<FastifyError>;
  const known = code === undefined ? undefined : FASTIFY[code];
  if (known !== undefined) return new Problem(known[0], known[1](request), { cause: error });
  if (code?.startsWith("Z_") === true) {
    return new Problem("invalid_body", "the body is not valid gzip", { cause: error });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new Problem("invalid_body", (error as Error).message, { cause: error });
  }
  return new Problem("internal", `request ${request.id} failed; the server's log says why`, { cause: error });
};

/** How a client is told to say who it is. */
const challenge = (request: FastifyRequest): string =>
  request.routeOptions.url === "/owntracks" ? 'Basic realm="Whereabouts"' : 'Bearer realm="Whereabouts"';

/** Sends a problem as RFC 9457 JSON. */
export const sendProblem = (request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply => {
  const { status } = problem;
  if (problem.temporary && !reply.hasHeader("retry-after")) reply.header("retry-after", RETRY_AFTER);
  if (status === 401) reply.header("www-authenticate", challenge(request));
  // What is left of the body is read and dropped, else the client may see a reset instead of this answer.
  if (!request.raw.complete) {
    drain(request.raw);
    reply.removeHeader("connection");
  }
  return reply
    .code(status)
    .type("application/problem+json; charset=utf-8")
    .header("cache-control", "no-store")
    .serializer((body: string) => body)
    .send(JSON.stringify(problem.toBody()));
};

/** Every failure becomes a problem of the catalogue; what nobody expected is logged, not told. */
export const addFailures = (server: FastifyInstance): void => {
  const table = new RouteTable();
  server.addHook("onRoute", ({ method, url }) => table.add(method, url));
  server.setErrorHandler((error: unknown, request, reply) => {
    const problem = toProblem(error, request);
    if (problem.code === "internal") request.log.error({ err: error, reqId: request.id }, "request failed");
    return sendProblem(request, reply, problem);
  });
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "/";
    const methods = table.methodsAt(path);
    if (methods.length === 0) {
      return sendProblem(request, reply, new Problem("unknown_route", `there is nothing at ${path}`));
    }
    reply.header("allow", methods.join(", "));
    const detail = `${request.method} is not allowed at ${path}; expected ${methods.join(", ")}`;
    return sendProblem(request, reply, new Problem("method_not_allowed", detail));
  });
};
