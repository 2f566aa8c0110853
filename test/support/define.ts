import { readJson } from "./feed.ts";
import type { TestServer } from "./server.ts";
import { strict } from "./strict.ts";

/** Variables of a server whose webhooks may reach this machine. */
export const privateTargets = { WHEREABOUTS_ALLOW_PRIVATE_TARGETS: "true" } as const;

/** Posts JSON, answers the id that was given. */
export async function create(server: TestServer, path: string, body: object): Promise<string> {
  const { id } = await readJson<{ id: string }>(server, path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return id;
}

/** A square of a degree whose south-west corner is 0,0; strict unless `more` says otherwise. */
export const unitSquare = (id: string, more: object = {}): object => ({
  type: "Feature",
  id,
  properties: { name: id, ...strict, ...more },
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
        [0, 0],
      ],
    ],
  },
});
