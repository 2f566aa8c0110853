import type { Frame } from "./document.ts";
import { html, type Insert } from "./html.ts";
import type { Place } from "./masthead.ts";
import { plain } from "./plain-pages.ts";

/** Something that cannot be taken back, to be said yes to. */
export interface Question {
  readonly heading: string;
  readonly text: Insert;
  /** What the button says and where its form posts to. */
  readonly yes: string;
  readonly action: string;
  /** Where no leads to. */
  readonly back: string;
  readonly here: Place;
}

/** Asks before something is deleted. */
export function questionPage(frame: Frame, question: Question): string {
  const { heading, text, yes, action, back, here } = question;
  return plain(
    frame,
    html`<h1>${heading}</h1>
      <p>${text}</p>
      <form method="post" action="${action}" class="form-end">
        <button class="danger">${yes}</button>
        <a class="button" href="${back}">No, keep it</a>
      </form>`,
    { here },
  );
}
