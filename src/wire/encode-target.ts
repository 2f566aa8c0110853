import type { Target } from "./target.ts";
import { formatTime } from "./time.ts";

/** A target in answers. Secrets are in it only where they are asked for; times in RFC 3339 UTC. */
export type TargetBody = {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
} & (
  | {
      readonly kind: "webhook";
      readonly url: string;
      /** The newest, and all that sign. */
      readonly secret?: string;
      readonly secrets?: readonly string[];
    }
  | { readonly kind: "email"; readonly to: readonly string[] }
  | {
      readonly kind: "mqtt";
      readonly url: string;
      readonly topic: string;
      readonly qos: 0 | 1 | 2;
      readonly username?: string;
      /** Is one stored? It never leaves the server. */
      readonly hasPassword: boolean;
    }
  | { readonly kind: "push"; readonly endpoint: string }
);

/**
 * A target as it leaves the server. `"withSecrets"` is for the one answer that creates it, or changes its secrets;
 * passwords and the keys of a browser never leave.
 */
export const encodeTarget = (
  target: Target,
  secrets: "redacted" | "withSecrets" = "redacted",
): TargetBody => {
  const common = {
    id: target.id,
    name: target.name,
    enabled: target.enabled,
    createdAt: formatTime(target.createdAt),
    updatedAt: formatTime(target.updatedAt),
  };
  switch (target.kind) {
    case "webhook": {
      const [secret] = target.secrets;
      const shown = secrets === "withSecrets" && secret !== undefined;
      return {
        ...common,
        kind: "webhook",
        url: target.url,
        ...(shown && { secret, secrets: target.secrets }),
      };
    }
    case "email":
      return { ...common, kind: "email", to: target.to };
    case "mqtt": {
      const { kind, url, topic, qos, username, password } = target;
      return {
        ...common,
        kind,
        url,
        topic,
        qos,
        ...(username !== undefined && { username }),
        hasPassword: password !== undefined,
      };
    }
    case "push":
      break;
  }
  return { ...common, kind: "push", endpoint: target.endpoint };
};
