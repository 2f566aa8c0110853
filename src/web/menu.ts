/** Closes the menu of pages when somebody presses outside of it, or Escape. */
export function bindMenu(): void {
  const menu = document.getElementById("menu");
  if (!(menu instanceof HTMLDetailsElement)) return;
  document.addEventListener("pointerdown", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    event.stopPropagation();
    menu.open = false;
    menu.querySelector("summary")?.focus();
  });
}
