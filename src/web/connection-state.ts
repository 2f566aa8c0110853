import { byId } from "./dom.ts";
import type { LineState } from "./moves.ts";

const words: Readonly<Record<LineState, string>> = {
  connecting: "connecting",
  live: "live",
  reconnecting: "reconnecting",
  offline: "offline",
  ended: "ended",
};

/** Says in the masthead whether what is on the screen is live. */
export function showLineState(state: LineState): void {
  const element = byId("connection");
  if (element.dataset["state"] === state) return;
  element.dataset["state"] = state;
  const text = element.querySelector("span");
  if (text) text.textContent = words[state];
}
