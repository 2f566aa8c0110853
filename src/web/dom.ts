import type { Html } from "#pages";

/** The element with this id; throws when the page has none, which is a mistake of the page. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page has no #${id}`);
  return element;
}

/** Makes elements of a template. */
export function fragment(content: Html): DocumentFragment {
  const template = document.createElement("template");
  template.innerHTML = content.text.trim();
  return template.content;
}

/** Makes the one element that a template holds. */
export function elementOf(content: Html): HTMLElement {
  const element = fragment(content).firstElementChild;
  if (!(element instanceof HTMLElement)) throw new Error("The template holds no element");
  return element;
}

/** Runs `task` at most once every `every` milliseconds, the first time at once, the last call never lost. */
export function throttle(every: number, task: () => void): () => void {
  let last = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  return () => {
    if (waiting !== undefined) return;
    const wait = Math.max(0, last + every - performance.now());
    waiting = setTimeout(() => {
      waiting = undefined;
      last = performance.now();
      task();
    }, wait);
  };
}

/** Reads a CSS custom property of the page. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

/** `#rrggbb` to red, green, blue from 0 to 1. */
export function rgb(hex: string): readonly [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [((value >> 16) & 255) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255];
}
