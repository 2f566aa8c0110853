import type { FastifyInstance, FastifyRequest } from "fastify";
import type { EpochMs } from "#geo";
import type { RecomputeJob } from "#ports";
import { EARLIEST, formatTime, parseTime, Problem, show } from "#wire";
import { askId, askObject } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";

/** A job in answers; times in RFC 3339 UTC. */
export type RecomputeBody = Omit<RecomputeJob, "from" | "startedAt"> & {
  readonly from: string;
  readonly startedAt: string;
};

const HOUR = 3_600_000;
/** 366 days. */
const MOST_HOURS = 8784;

const encodeJob = (job: RecomputeJob): RecomputeBody => ({
  ...job,
  from: formatTime(job.from),
  startedAt: formatTime(job.startedAt),
});

const wrong = (detail: string): Problem => new Problem("invalid_field", detail);

/** `{"hours":N}` before now, or `{"from":time}`. */
const readFrom = (request: FastifyRequest, now: EpochMs): EpochMs => {
  const { hours, from } = askObject(request);
  if ((hours === undefined) === (from === undefined)) throw wrong("expected either hours or from");
  if (hours !== undefined) {
    if (typeof hours === "number" && hours > 0 && hours <= MOST_HOURS) return now - hours * HOUR;
    throw wrong(`hours is ${show(hours)}; expected a number above 0, at most ${MOST_HOURS}`);
  }
  const time = typeof from === "string" ? parseTime(from) : from;
  if (typeof time === "number" && time >= EARLIEST && time <= now) return time;
  throw wrong(`from is ${show(from)}; expected a time in the past, in RFC 3339 or milliseconds since 1970`);
};

/** `/api/fences/{id}/recompute`: begin, follow and stop judging the past with a fence of today. */
export const addRecomputeRoutes = (server: FastifyInstance, { recompute, clock }: HttpPorts): void => {
  const url = "/api/fences/:id/recompute";

  server.post(url, async (request, reply) => {
    const { workspace } = principalOf(request);
    const fence = askId(request);
    const job = recompute.start(workspace, fence, readFrom(request, clock.now()));
    reply.code(202).header("location", `/api/fences/${encodeURIComponent(fence)}/recompute`);
    return encodeJob(job);
  });

  server.get(url, async (request) => {
    const fence = askId(request);
    const job = recompute.job(principalOf(request).workspace, fence);
    if (job === undefined) {
      throw new Problem("not_found", `nothing was recomputed for the fence ${show(fence)} since the start`);
    }
    return encodeJob(job);
  });

  server.delete(url, async (request, reply) => {
    const fence = askId(request);
    if (!recompute.stop(principalOf(request).workspace, fence)) {
      throw new Problem("not_found", `nothing is being recomputed for the fence ${show(fence)}`);
    }
    return reply.code(204).send();
  });
};
