import { fastify, type FastifyInstance } from "fastify";
import type { Access, Intake, Principal, Submission } from "#ports";
import { Problem, type Position, type Scope } from "#wire";
import { httpDoors } from "../doors.ts";
import type { DoorOptions, Outcome } from "../options.ts";

/** 2026-05-01T12:00:00Z. */
export const now: number = Date.UTC(2026, 4, 1, 12);

/** An intake that keeps what it gets; `before` may wait or throw. */
export class FakeIntake implements Intake {
  readonly submissions: Submission[] = [];
  readonly known = new Set<string>();
  before: (submission: Submission) => Promise<void> = async () => undefined;

  async submit(submission: Submission): Promise<{ accepted: number; duplicate: number; unknown: number[] }> {
    await this.before(submission);
    this.submissions.push(submission);
    const receipt = { accepted: 0, duplicate: 0, unknown: [] as number[] };
    for (const [i, { device, time }] of submission.positions.entries()) {
      const key = `${device} ${time}`;
      if (device.startsWith("stranger") && !submission.register) receipt.unknown.push(i);
      else if (this.known.has(key)) receipt.duplicate += 1;
      else {
        this.known.add(key);
        receipt.accepted += 1;
      }
    }
    return receipt;
  }

  get positions(): readonly Position[] {
    return this.submissions.flatMap(({ positions }) => positions);
  }
}

const principal = (id: string, scopes: readonly Scope[], register: boolean): Principal => ({
  workspace: "main",
  scopes,
  register,
  via: "token",
  id,
});

const PRINCIPALS: Readonly<Record<string, Principal>> = {
  ingest: principal("ingest", ["ingest"], true),
  closed: principal("closed", ["ingest"], false),
  view: principal("view", ["view"], true),
  admin: principal("admin", ["admin"], true),
};

/** Knows four tokens, called `ingest`, `closed` (may not register), `view` and `admin`. */
export const fakeAccess: Access = {
  identify: async ({ authorization, token }) => {
    const text = token ?? authorization?.replace(/^bearer /i, "");
    if (text === undefined) return undefined;
    const found = PRINCIPALS[text];
    if (found === undefined) throw new Problem("invalid_token", "the token is unknown");
    return found;
  },
  watch: () => () => undefined,
};

/** The doors on a bare server that answers a `Problem` as its body; with everything they counted. */
export interface Doors {
  readonly server: FastifyInstance;
  readonly intake: FakeIntake;
  readonly counted: [string, Outcome][];
}

/** Opens them; nothing listens. */
export const openDoors = (options: Partial<DoorOptions> = {}): Doors => {
  const intake = new FakeIntake();
  const counted: [string, Outcome][] = [];
  const server = fastify({ forceCloseConnections: true });
  server.setErrorHandler((error: unknown, _request, reply) => {
    const { code, statusCode } = error as { code?: string; statusCode?: number };
    if (error instanceof Problem) return reply.code(error.status).send(error.toBody());
    return reply.code(statusCode ?? 500).send({ code });
  });
  void server.register(
    httpDoors({
      intake,
      access: fakeAccess,
      clock: { now: () => now },
      count: (door, outcome) => counted.push([door, outcome]),
      ...options,
    }),
  );
  return { server, intake, counted };
};

/** The header of the token that may send. */
export const sending: { readonly authorization: string } = { authorization: "Bearer ingest" };

/** A good position; `n` makes its time. */
export const position = (n: number = 0, more: object = {}): Record<string, unknown> => ({
  device: "van-7",
  time: now - 3_600_000 + n * 1000,
  lon: 7.4,
  lat: 43.7,
  ...more,
});
