import { existsSync, readFileSync } from "node:fs";
import { fastify } from "fastify";
import { describe, expect, it } from "vitest";
import { httpDoors } from "#ingest";
import type { Submission } from "#ports";
import { Problem, type Position } from "#wire";

/** Messages as real devices sent them, with what a decode must give; see the README beside them. */
const folder = new URL("../../shared/data/protocols/", import.meta.url);

/** The server's clock; later than every message. */
const server = Date.UTC(2026, 10, 1);

interface Case {
  readonly check: string;
  readonly input: {
    readonly method: string;
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: { readonly text: string };
  };
}

const read = (name: string): readonly Case[] | undefined => {
  const file = new URL(name, folder);
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] }).cases;
};

const send = async (
  path: string,
  { input }: Case,
): Promise<{ status: number; code?: string; positions: Position[] }> => {
  const submissions: Submission[] = [];
  const app = fastify();
  app.setErrorHandler((error: unknown, _request, reply) =>
    error instanceof Problem ? reply.code(error.status).send(error.toBody()) : reply.code(500).send({}),
  );
  await app.register(
    httpDoors({
      intake: {
        submit: async (submission) => {
          submissions.push(submission);
          return { accepted: submission.positions.length, duplicate: 0, unknown: [] };
        },
      },
      access: {
        identify: async () => ({
          workspace: "main",
          scopes: ["ingest"],
          register: true,
          via: "token",
          id: "t",
        }),
        watch: () => () => undefined,
      },
      clock: { now: () => server },
    }),
  );
  const answer = await app.inject({
    method: input.method as "GET" | "POST",
    url: path + input.url.slice(1),
    headers: { ...input.headers },
    ...(input.body !== undefined && { payload: Buffer.from(input.body.text) }),
  });
  await app.close();
  const { code } = answer.json() as { code?: string };
  return {
    status: answer.statusCode,
    ...(code !== undefined && { code }),
    positions: submissions.flatMap(({ positions }) => positions),
  };
};

/** What the message says as text, read without the door's help: place, and time if there is one. */
const said = ({ input }: Case): Pick<Position, "lat" | "lon" | "time"> => {
  const sent = decodeURIComponent(input.body?.text ?? input.url);
  const number = (pattern: RegExp): number => Number(pattern.exec(sent)?.[1]);
  const stamp = /(?:timestamp|tst)"?[=:]"?(\d{4}-[\dTZ.:+-]+|\d+)/.exec(sent)?.[1]?.replace("+", "T");
  const written =
    stamp?.includes("-") === true ? Date.parse(stamp.endsWith("Z") ? stamp : `${stamp}Z`) : undefined;
  return {
    lat: number(/lat(?:itude)?"?[=:](-?[\d.]+)/),
    lon: number(/lon(?:gitude)?"?[=:](-?[\d.]+)/),
    time: written ?? (stamp === undefined ? server : Number(stamp) * 1000),
  };
};

const doors = [
  ["osmand", "/osmand"],
  ["owntracks", "/owntracks"],
] as const;

for (const [name, path] of doors) {
  const cases = read(`${name}.json`) ?? [];
  // Cell towers and Wi-Fi alone give no place, and Whereabouts asks nobody for one.
  const placed = cases.filter(({ input }) => !input.url.includes("cell="));
  const placeless = cases.filter(({ input }) => input.url.includes("cell="));

  describe.skipIf(cases.length === 0)(`${path} and the recorded messages of ${name}.json`, () => {
    it.each(placed)("takes %j", async (item) => {
      expect(item.check).toBe("verifyPosition");
      const { status, positions } = await send(path, item);
      expect(status).toBe(200);
      expect(positions).toHaveLength(1);
      expect(positions[0]).toMatchObject(said(item));
    });

    it.each(placeless)("refuses %j by name, because it has no place", async (item) => {
      expect(await send(path, item)).toEqual({ status: 400, code: "invalid_coordinate", positions: [] });
    });
  });
}

if (!existsSync(folder))
  console.log(`skipped: ${folder.pathname} is absent, so no recorded messages were tried`);
