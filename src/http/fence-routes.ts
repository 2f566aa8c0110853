import type { FastifyInstance, FastifyRequest } from "fastify";
import type { FenceDraft } from "#ports";
import {
  encodeFence,
  encodeKeyCursor,
  isRefusal,
  Problem,
  show,
  type ErrorCode,
  type Fence,
  type FenceFeature,
} from "#wire";
import { askAfterKey, askId, askLimit, askObject, askOneOf } from "./ask.ts";
import { mergeFence, readFence } from "./fence-input.ts";
import { principalOf } from "./gate.ts";
import type { HttpOptions } from "./options.ts";

/** A fence may be large: a million vertices are to be refused by their number, not by their bytes. */
const MAX_FENCE_BODY = 50_331_648;
const config = { bodyLimit: MAX_FENCE_BODY };

/** Features of one collection that share a commit; each alone would wait for one of its own. */
const CREATED_AT_ONCE = 250;

/** What became of the Features of one collection. */
export interface FencesCreatedBody {
  readonly created: readonly { readonly index: number; readonly id: string }[];
  readonly rejected: readonly { readonly index: number; readonly code: ErrorCode; readonly detail: string }[];
}

const unknown = (id: string): Problem => new Problem("unknown_fence", `there is no fence ${show(id)}`);

const wantsGeoJson = (request: FastifyRequest): boolean =>
  askOneOf(request, "format", ["json", "geojson"]) === "geojson" ||
  (request.headers.accept ?? "").includes("application/geo+json");

/** `GET /api/fences` and `GET /api/fences/{id}`; needs `view`. */
export const addFenceReading = (server: FastifyInstance, { fences }: HttpOptions): void => {
  // Fences are for everybody of the workspace, as lines on a map are.
  const limited = { config: { limited: true } } as const;
  server.get("/api/fences", limited, async (request, reply) => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "fences");
    const found = await fences.list(principalOf(request).workspace, {
      limit: limit + 1,
      ...(after !== undefined && { after }),
    });
    const page = found.slice(0, limit);
    const end = page.at(-1)?.id ?? after;
    const cursor = end === undefined ? null : encodeKeyCursor("fences", end);
    const next = found.length > limit ? cursor : null;
    const features = page.map(encodeFence);
    if (!wantsGeoJson(request)) return { fences: features, next, cursor };
    reply.type("application/geo+json; charset=utf-8");
    return { type: "FeatureCollection", features, next, cursor };
  });

  server.get("/api/fences/:id", limited, async (request): Promise<FenceFeature> => {
    const id = askId(request);
    const fence = await fences.get(principalOf(request).workspace, id);
    if (fence === undefined) throw unknown(id);
    return encodeFence(fence);
  });
};

/** `POST`, `PUT`, `PATCH` and `DELETE` of fences; needs `admin`. In effect when the answer is there. */
export const addFenceEditing = (server: FastifyInstance, options: HttpOptions): void => {
  const { fences, editor, checkGeometry } = options;

  const draft = (value: unknown, workspace: string, id?: string): FenceDraft => {
    const read = readFence(value, workspace, checkGeometry, id);
    if (isRefusal(read)) throw new Problem(read.code, read.detail);
    return read;
  };

  const createOne = async (feature: unknown, workspace: string): Promise<string | Problem> => {
    try {
      return (await editor.putFence(draft(feature, workspace), "create")).id;
    } catch (error) {
      if (!(error instanceof Problem) || error.temporary) throw error;
      return error;
    }
  };

  const createAll = async (features: readonly unknown[], workspace: string): Promise<FencesCreatedBody> => {
    const created: { index: number; id: string }[] = [];
    const rejected: { index: number; code: ErrorCode; detail: string }[] = [];
    for (let start = 0; start < features.length; start += CREATED_AT_ONCE) {
      const some = features.slice(start, start + CREATED_AT_ONCE);
      const results = await Promise.all(some.map((feature) => createOne(feature, workspace)));
      for (const [at, result] of results.entries()) {
        const index = start + at;
        if (typeof result === "string") created.push({ index, id: result });
        else rejected.push({ index, code: result.code, detail: result.message });
      }
    }
    return { created, rejected };
  };

  server.post("/api/fences", config, async (request, reply) => {
    const { workspace } = principalOf(request);
    const body = askObject(request);
    if (body["type"] === "FeatureCollection" && Array.isArray(body["features"])) {
      const made = await createAll(body["features"], workspace);
      request.made = made.created.map(({ id }) => id);
      return made;
    }
    const fence = await editor.putFence(draft(body, workspace), "create");
    reply.code(201).header("location", `/api/fences/${encodeURIComponent(fence.id)}`);
    return encodeFence(fence);
  });

  server.put("/api/fences/:id", config, async (request, reply): Promise<FenceFeature> => {
    const { workspace } = principalOf(request);
    const wanted = draft(request.body, workspace, askId(request));
    const known = (await fences.get(workspace, wanted.id)) !== undefined;
    const fence = await editor.putFence(wanted, known ? "update" : "create");
    reply.code(known ? 200 : 201);
    return encodeFence(fence);
  });

  server.patch("/api/fences/:id", config, async (request): Promise<FenceFeature> => {
    const { workspace } = principalOf(request);
    const id = askId(request);
    const old: Fence | undefined = await fences.get(workspace, id);
    if (old === undefined) throw unknown(id);
    const changed = draft(mergeFence(old, askObject(request)), workspace, id);
    return encodeFence(await editor.putFence(changed, "update"));
  });

  server.delete("/api/fences/:id", async (request, reply) => {
    await editor.deleteFence(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });
};
