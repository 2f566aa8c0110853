import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { Problem, show } from "#wire";
import { sendProblem } from "./failures.ts";

/** Answers an address that no route could be looked up for: broken escapes, an id longer than any. */
export const answerBadUrl = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
  const path = request.url.split("?", 1)[0];
  const problem = new Problem("invalid_parameter", `the path ${show(path)} cannot be read`, { cause: error });
  void sendProblem(request, reply, problem);
};

const WHY: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "the headers are too long",
  ERR_HTTP_REQUEST_TIMEOUT: "the request did not arrive in time",
};

/** Answers what is no HTTP request at all, and hangs up; there is no request or reply yet, only the socket. */
export const answerBadRequest = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const problem = new Problem("invalid_request", WHY[error.code ?? ""] ?? "the request is not valid HTTP");
  const body = JSON.stringify(problem.toBody());
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n` +
        `Content-Type: application/problem+json; charset=utf-8\r\nConnection: close\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
};
