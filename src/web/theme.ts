import type { StyleName } from "#tiles";
import { byId } from "./dom.ts";

const system = matchMedia("(prefers-color-scheme: dark)");

/** The light the page is in now. */
export function currentTheme(): StyleName {
  const chosen = document.documentElement.dataset["theme"];
  if (chosen === "light" || chosen === "dark") return chosen;
  return system.matches ? "dark" : "light";
}

/**
 * Lets the reader turn the light; the choice is kept in a cookie, so that the server's first paint has it already.
 * Calls back whenever the light changes, by choice or by the system.
 */
export function watchTheme(changed: (theme: StyleName) => void): void {
  byId("theme").addEventListener("click", () => {
    const next = currentTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset["theme"] = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
    changed(next);
  });
  system.addEventListener("change", () => changed(currentTheme()));
}
