import { byId } from "./dom.ts";

/** On a phone the lists are a sheet over the map: a tap or a swipe on its head raises and lowers it. */
export function bindSheet(): void {
  const app = byId("app");
  const head = document.querySelector<HTMLElement>(".masthead");
  if (!head) return;
  let from: number | undefined;
  head.addEventListener("pointerdown", (event) => {
    from =
      event.target instanceof Element && event.target.closest("a, button, details")
        ? undefined
        : event.clientY;
  });
  head.addEventListener("pointerup", (event) => {
    if (from === undefined) return;
    const moved = event.clientY - from;
    from = undefined;
    if (moved < -12) app.toggleAttribute("data-raised", true);
    else if (moved > 12) app.toggleAttribute("data-raised", false);
    else app.toggleAttribute("data-raised");
  });
}
