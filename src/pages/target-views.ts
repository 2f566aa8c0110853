import type { EpochMs } from "#geo";
import type { Target } from "#wire";
import { html, type Html } from "./html.ts";

/** How a target is doing. */
export interface Health {
  readonly queued: number;
  readonly sent: number;
  readonly failed: number;
  readonly dead: number;
  /** When the oldest waiting alert was raised. */
  readonly oldestAt?: EpochMs | undefined;
  /** Since when every attempt has failed. */
  readonly failingSince?: EpochMs | undefined;
  /** `open` and `half-open`: only single probes are sent. */
  readonly circuit?: "closed" | "open" | "half-open" | undefined;
}

/** A target with its health. */
export interface TargetRow {
  readonly target: Target;
  readonly health: Health;
}

/** One word for how a target is doing; `bad` needs somebody's attention. */
function targetState({ target, health }: TargetRow): { readonly word: string; readonly bad: boolean } {
  const { circuit, failingSince, dead, sent, queued } = health;
  if (!target.enabled) return { word: "off", bad: queued > 0 };
  if (circuit === "open" || circuit === "half-open") return { word: "failing, probed only", bad: true };
  if (failingSince !== undefined) return { word: "failing", bad: true };
  if (dead > 0) return { word: "has dead letters", bad: true };
  return { word: sent > 0 ? "working" : "not used yet", bad: false };
}

/** The word, with a sign before it. */
export function stateWord(row: TargetRow): Html {
  const { word, bad } = targetState(row);
  return html`<span class="state" ${bad && html`data-bad`}>${word}</span>`;
}
