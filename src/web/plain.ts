import { byId } from "./dom.ts";

/** From so many boxes on a list gets a filter. */
const many = 9;

/** Brings the forms of a page without a map to life; everything works without. */
export function startForms(): void {
  const form = document.getElementById("form");
  if (form instanceof HTMLFormElement) {
    addFilters(form);
    bindPartial(form);
  }
  if (document.getElementById("push-subscribe")) {
    void import("./push.ts").then(({ offerPush }) => offerPush());
  }
}

/** A search box above every long list of boxes to tick. */
function addFilters(form: HTMLFormElement): void {
  for (const list of form.querySelectorAll<HTMLElement>(".picks")) {
    const count = list.querySelectorAll(".tick").length;
    if (count < many || filterOf(list)) continue;
    const filter = document.createElement("input");
    filter.type = "search";
    filter.className = "picks-filter";
    filter.placeholder = `Find among ${count}`;
    filter.setAttribute(
      "aria-label",
      `Find in ${list.getAttribute("aria-label")?.toLowerCase() ?? "the list"}`,
    );
    filter.addEventListener("input", () => applyFilter(list));
    // Enter would save the form.
    filter.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    list.before(filter);
  }
}

function filterOf(list: HTMLElement): HTMLInputElement | undefined {
  const before = list.previousElementSibling;
  return before instanceof HTMLInputElement && before.matches(".picks-filter") ? before : undefined;
}

function applyFilter(list: HTMLElement): void {
  const wanted = filterOf(list)?.value.trim().toLowerCase() ?? "";
  for (const box of list.querySelectorAll<HTMLElement>(".tick")) {
    box.hidden = !box.textContent.toLowerCase().includes(wanted);
  }
}

/** Buttons that only show the form again, with more in it, do so in place. */
function bindPartial(form: HTMLFormElement): void {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || button.dataset["partial"] === undefined) return;
    event.preventDefault();
    button.disabled = true;
    void showAgain(form, button).finally(() => {
      button.disabled = false;
    });
  });
}

async function showAgain(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === "string") fields.append(name, value);
  fields.append(button.name, button.value);
  const answer = await fetch(form.action, {
    method: "POST",
    body: fields,
    credentials: "same-origin",
    headers: { accept: "text/html" },
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const main = page.getElementById("main");
  if (!main) return location.reload();
  const { Idiomorph } = await import("idiomorph");
  // What was typed came back as it was; what was opened, and what the filters hold, is kept here.
  void Idiomorph.morph(byId("main"), main, {
    morphStyle: "outerHTML",
    restoreFocus: true,
    callbacks: {
      beforeNodeRemoved: (node: Node) => !(node instanceof Element && node.matches(".picks-filter")),
      beforeAttributeUpdated: (name: string, node: Element) =>
        !(name === "open" && node instanceof HTMLDetailsElement),
    },
  });
  for (const list of form.querySelectorAll<HTMLElement>(".picks")) applyFilter(list);
  if (button.value === "try") byId("try").scrollIntoView({ block: "nearest" });
}
