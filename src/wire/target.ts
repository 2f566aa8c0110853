import type { EpochMs } from "#geo";
import type { TargetId, WorkspaceId } from "./ids.ts";

/** Where alerts of a target go; the fields of each kind. */
export type TargetKind =
  /** HTTP POST, signed as Standard Webhooks. Every secret (`whsec_…`) signs, the newest first. */
  | { readonly kind: "webhook"; readonly url: string; readonly secrets: readonly string[] }
  /** One mail an alert, through the SMTP server of the settings. */
  | { readonly kind: "email"; readonly to: readonly string[] }
  /** One retained-free message an alert. `url` is that of the broker: `mqtt://host:1883`, `mqtts://…`. */
  | {
      readonly kind: "mqtt";
      readonly url: string;
      readonly topic: string;
      readonly qos: 0 | 1 | 2;
      readonly username?: string;
      readonly password?: string;
    }
  /** Web Push (RFC 8030) to one browser. */
  | {
      readonly kind: "push";
      readonly endpoint: string;
      readonly keys: { readonly p256dh: string; readonly auth: string };
    };

/** Somebody or something that is told. */
export type Target = TargetKind & {
  readonly id: TargetId;
  readonly workspace: WorkspaceId;
  readonly name: string;
  /** False while alerts wait: nothing is sent, nothing is lost. */
  readonly enabled: boolean;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
};
