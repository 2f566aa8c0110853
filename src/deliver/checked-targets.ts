import type { Targets } from "#ports";
import { Problem, show, type Target } from "#wire";
import type { Channels } from "./channels.ts";
import type { Guard } from "./guard.ts";
import { NOT_SET_UP } from "./senders.ts";
import { createSecret } from "./signature.ts";

/** What targets are checked with, and who hears of their changes. */
export interface CheckedTargetsOrder {
  readonly targets: Targets;
  readonly guard: Guard;
  readonly channels: Channels;
  /** `after` is undefined when the target was deleted; `before` is what was stored. */
  readonly onChange: (before: Target, after: Target | undefined) => void;
}

const addressOf = (target: Target): string | undefined => {
  switch (target.kind) {
    case "webhook":
      return target.url;
    case "push":
      return target.endpoint;
    case "mqtt":
      // Only hosts of known schemes are brought into one form.
      return target.url.replace(/^mqtts?:/i, "http:");
    case "email":
      break;
  }
  return undefined;
};

function checkAddress(target: Target, guard: Guard): void {
  const address = addressOf(target);
  if (address === undefined) return;
  if (!URL.canParse(address)) {
    throw new Problem("invalid_target", `${show(address)} is not an address: its host or its port is wrong`);
  }
  const { hostname } = new URL(address);
  const why = guard.refusal(hostname);
  if (why !== undefined) {
    const hint = "WHEREABOUTS_ALLOW_PRIVATE_TARGETS=true allows it";
    throw new Problem("invalid_target", `${show(hostname)} cannot be reached from here: ${why}; ${hint}`);
  }
}

function checkChannel({ kind }: Target, { smtp, vapid }: Channels): void {
  if (kind === "email" && !smtp) throw new Problem("invalid_target", NOT_SET_UP.email);
  if (kind === "push" && !vapid) throw new Problem("invalid_target", NOT_SET_UP.push);
}

/** A webhook without a secret gets one: unsigned alerts could come from anybody. */
const signed = (target: Target): Target =>
  target.kind === "webhook" && target.secrets.length === 0
    ? { ...target, secrets: [createSecret()] }
    : target;

/**
 * Targets for those who edit them: what cannot be sent to is refused as `invalid_target`, a webhook without secrets gets
 * one, and changes take effect at once.
 */
export function checkedTargets({ targets, guard, channels, onChange }: CheckedTargetsOrder): Targets {
  const check = (target: Target): Target => {
    checkAddress(target, guard);
    checkChannel(target, channels);
    return signed(target);
  };
  return {
    async create(target) {
      const created = await targets.create(check(target));
      // Its id may be that of a deleted one.
      onChange(created, created);
      return created;
    },
    list: (workspace, page) => targets.list(workspace, page),
    get: (workspace, target) => targets.get(workspace, target),
    unknown: (workspace, ids) => targets.unknown(workspace, ids),
    async update(target) {
      const before = await targets.get(target.workspace, target.id);
      const after = await targets.update(check(target));
      onChange(before ?? after, after);
      return after;
    },
    async delete(workspace, id, at) {
      const before = await targets.get(workspace, id);
      await targets.delete(workspace, id, at);
      if (before) onChange(before, undefined);
    },
  };
}
