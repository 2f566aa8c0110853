import type { Target, TargetKind } from "#wire";
import { linesOf, orAbsent } from "./field-text.ts";

/** A target as its form has it: whatever was typed, right or wrong. Secrets are never in it. */
export interface TargetFields {
  readonly kind: TargetKind["kind"];
  readonly name: string;
  readonly enabled: boolean;
  readonly url: string;
  /** Mail addresses, one a line. */
  readonly to: string;
  readonly topic: string;
  readonly qos: string;
  readonly username: string;
  /** A new password or secret; empty leaves the one that is there. */
  readonly secret: string;
  /** Take the password away. */
  readonly forget: boolean;
}

/** Kinds of targets that a form can make; a browser subscribes by itself. */
export const targetKinds: readonly {
  readonly kind: Exclude<TargetKind["kind"], "push">;
  readonly title: string;
  readonly text: string;
}[] = [
  { kind: "webhook", title: "Webhook", text: "An HTTP request to an address, signed, as Standard Webhooks." },
  { kind: "email", title: "Mail", text: "One mail an alert, to one or more addresses." },
  { kind: "mqtt", title: "MQTT", text: "One message an alert, to a topic of a broker." },
];

/** What a kind is called. */
export function kindName(kind: TargetKind["kind"]): string {
  return kind === "push" ? "Browser" : (targetKinds.find((known) => known.kind === kind)?.title ?? kind);
}

/** Is it a kind that a form can make? */
export function isFormKind(kind: unknown): kind is Exclude<TargetKind["kind"], "push"> {
  return targetKinds.some((known) => known.kind === kind);
}

/** A form that says nothing yet. */
export function newTarget(kind: TargetKind["kind"]): TargetFields {
  return {
    kind,
    name: "",
    enabled: true,
    url: "",
    to: "",
    topic: "",
    qos: "1",
    username: "",
    secret: "",
    forget: false,
  };
}

/** A stored target as its form has it, without its secrets. */
export function targetFields(target: Target): TargetFields {
  const { kind, name, enabled } = target;
  const fields = { ...newTarget(kind), name, enabled };
  switch (target.kind) {
    case "webhook":
      return { ...fields, url: target.url };
    case "email":
      return { ...fields, to: target.to.join("\n") };
    case "mqtt": {
      const { url, topic, qos, username = "" } = target;
      return { ...fields, url, topic, qos: String(qos), username };
    }
    case "push":
      break;
  }
  return fields;
}

/** What the form says, in the shape that the API takes as a patch; not checked. */
export function targetBody(fields: TargetFields): Readonly<Record<string, unknown>> {
  const { kind, name, enabled, url, to, topic, qos, username, secret, forget } = fields;
  const common = { kind, name: name.trim(), enabled };
  switch (kind) {
    case "webhook":
      return { ...common, url: url.trim(), ...(secret !== "" && { secret }) };
    case "email":
      return { ...common, to: orAbsent(linesOf(to.replaceAll(",", "\n"))) ?? "" };
    case "mqtt":
      return {
        ...common,
        url: url.trim(),
        topic: topic.trim(),
        qos: /^[012]$/.test(qos) ? Number(qos) : qos,
        username: username.trim() || undefined,
        ...(secret !== "" && { password: secret }),
        ...(forget && { password: "" }),
      };
    case "push":
      break;
  }
  return common;
}

/** Where alerts of a target go, in a few words. */
export function placeOf(target: Target): string {
  switch (target.kind) {
    case "webhook":
      return target.url;
    case "email":
      return target.to.join(", ");
    case "mqtt":
      return `${target.url} ${target.topic}`;
    case "push":
      break;
  }
  return /^https?:\/\/([^/]+)/.exec(target.endpoint)?.[1] ?? target.endpoint;
}
