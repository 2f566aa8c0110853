import type { FenceDraft } from "#ports";
import { decodeFence, encodeFence, isRefusal, refuse, show, type Fence, type Refusal } from "#wire";
import type { CheckGeometry } from "./options.ts";
import { mintId } from "./secrets.ts";

const UNNAMED = "Unnamed fence";

/** Makes a draft of an untrusted Feature. `id` is that of the path; without one the Feature's, else a new one. */
export const readFence = (
  value: unknown,
  workspace: string,
  check: CheckGeometry,
  id?: string,
): FenceDraft | Refusal => {
  const input = decodeFence(value);
  if (isRefusal(input)) return input;
  if (id !== undefined && input.id !== undefined && input.id !== id) {
    return refuse("invalid_fence", `id is ${show(input.id)}, but the path says ${show(id)}`);
  }
  const wrong = check(input.geometry, input.radius);
  if (wrong !== undefined) return wrong;
  return { ...input, id: id ?? input.id ?? mintId("fence"), name: input.name ?? UNNAMED, workspace };
};

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A Feature that is the fence with what a patch changes: its geometry, and properties one by one (`null` removes). */
export const mergeFence = (fence: Fence, patch: Readonly<Record<string, unknown>>): unknown => {
  const feature = encodeFence(fence);
  const changes = patch["properties"] ?? {};
  if (!isBag(changes)) return { ...feature, properties: changes };
  const kept = Object.entries({ ...feature.properties, ...changes }).filter(([, value]) => value !== null);
  return {
    ...feature,
    geometry: patch["geometry"] ?? feature.geometry,
    properties: Object.fromEntries(kept),
  };
};
