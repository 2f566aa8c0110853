import type { Clock, Definitions, Outbox, Redrive, Targets } from "#ports";
import {
  decodeTarget,
  isRefusal,
  makeTarget,
  Problem,
  show,
  type Rule,
  type Target,
  type TargetId,
  type TargetInput,
  type WorkspaceId,
} from "#wire";
import { allDefinitions } from "./all-definitions.ts";
import type { Delivery, TargetTest } from "./delivery.ts";
import { mintId, mintSigningSecret } from "./secrets.ts";

/** What targets are kept and used with. */
export interface TargetDeskPorts {
  readonly targets: Targets;
  readonly definitions: Definitions;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly delivery?: Delivery;
}

type Bag = Readonly<Record<string, unknown>>;

/** A target as it was stored. */
export interface StoredTarget {
  readonly target: Target;
  /** Are its secrets others than before? They are shown this once. */
  readonly secretsChanged: boolean;
}

/** Rules that a refusal names. */
const NAMED = 5;

const secretsOf = (target: Target | TargetInput | undefined): readonly string[] =>
  target?.kind === "webhook" ? target.secrets : [];

/** Fills in what a webhook signs with where nobody said: what it had before, else a new secret. */
const withSecrets = (input: TargetInput, stored?: Target): TargetInput => {
  if (input.kind !== "webhook" || input.secrets.length > 0) return input;
  const kept = secretsOf(stored);
  return { ...input, secrets: kept.length > 0 ? kept : [mintSigningSecret()] };
};

/** A new secret in front of the newest one that there is; older ones go. */
const rotated = (stored: Target, changes: Bag): Bag => {
  const { rotate, ...rest } = changes;
  if (rotate === undefined || rotate === null || rotate === false) return rest;
  if (rotate !== true) {
    throw new Problem("invalid_target", `rotate is ${show(rotate)}; expected true or false`);
  }
  if (stored.kind !== "webhook") {
    throw new Problem("invalid_target", `rotate is for webhooks; this target is of the kind ${stored.kind}`);
  }
  if ("secret" in rest || "secrets" in rest) {
    throw new Problem("invalid_target", "rotate and secrets are given; expected one of them");
  }
  return { ...rest, secrets: [mintSigningSecret(), ...stored.secrets.slice(0, 1)] };
};

/** Takes in what people say of targets, over REST and from forms alike. */
export class TargetDesk {
  readonly #ports: TargetDeskPorts;

  constructor(ports: TargetDeskPorts) {
    this.#ports = ports;
  }

  /** Throws `unknown_target`. */
  async get(workspace: WorkspaceId, id: TargetId): Promise<Target> {
    const target = await this.#ports.targets.get(workspace, id);
    if (target === undefined) throw new Problem("unknown_target", `there is no target ${show(id)}`);
    return target;
  }

  /** Throws `invalid_target`. */
  async create(workspace: WorkspaceId, body: unknown): Promise<StoredTarget> {
    const input = this.#read(body);
    const owner = { id: mintId("target"), workspace, now: this.#ports.clock.now() };
    const target = makeTarget(withSecrets(input), owner);
    return { target: await this.#ports.targets.create(target), secretsChanged: true };
  }

  /** As `create`; a webhook keeps its secrets where none are given. */
  async replace(workspace: WorkspaceId, id: TargetId, body: unknown): Promise<StoredTarget> {
    const stored = await this.get(workspace, id);
    return await this.#update(stored, this.#read(body));
  }

  /** Changes single properties; with `rotate: true` a new secret signs in front of the newest one. */
  async patch(workspace: WorkspaceId, id: TargetId, changes: Bag): Promise<StoredTarget> {
    const stored = await this.get(workspace, id);
    return await this.#update(stored, this.#read(rotated(stored, changes), stored));
  }

  /** Throws `conflict` while rules name it, unless with `force`; alerts that wait become dead letters. */
  async delete(workspace: WorkspaceId, id: TargetId, force: boolean): Promise<void> {
    const target = await this.get(workspace, id);
    const rules = force ? [] : await this.rulesOf(workspace, id);
    if (rules.length > 0) {
      const names = rules.slice(0, NAMED).map((rule) => `${show(rule.name)} (${rule.id})`);
      if (rules.length > NAMED) names.push(`${rules.length - NAMED} more`);
      throw new Problem(
        "conflict",
        `the target ${show(target.name)} is used by ${names.join(", ")}; change these rules first, or say ?force=true`,
      );
    }
    await this.#ports.targets.delete(workspace, id, this.#ports.clock.now());
  }

  /** Rules that name the target. */
  async rulesOf(workspace: WorkspaceId, id: TargetId): Promise<readonly Rule[]> {
    const rules = await allDefinitions(this.#ports.definitions, "rule", workspace);
    return rules.filter(({ targets }) => targets.includes(id));
  }

  /** Sends a test message at once. Throws `not_ready` when nothing sends. */
  async test(workspace: WorkspaceId, id: TargetId): Promise<TargetTest> {
    const target = await this.get(workspace, id);
    const { delivery } = this.#ports;
    if (delivery === undefined) throw new Problem("not_ready", "nothing sends alerts in this process");
    return await delivery.test(target);
  }

  /** Puts alerts back into the queue; answers how many. Throws `unknown_target`. */
  async redrive(order: Omit<Redrive, "at">): Promise<number> {
    return await this.#ports.outbox.redrive({ ...order, at: this.#ports.clock.now() });
  }

  #read(value: unknown, stored?: Target): TargetInput {
    const input = decodeTarget(value, stored);
    if (isRefusal(input)) throw new Problem(input.code, input.detail);
    return input;
  }

  async #update(stored: Target, input: TargetInput): Promise<StoredTarget> {
    const { id, workspace } = stored;
    const owner = { id, workspace, now: this.#ports.clock.now() };
    const next = makeTarget(withSecrets(input, stored), owner, stored);
    const target = await this.#ports.targets.update(next);
    const [before, after] = [secretsOf(stored), secretsOf(target)];
    return { target, secretsChanged: after.join("\n") !== before.join("\n") };
  }
}
