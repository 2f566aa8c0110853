import type { EpochMs } from "#geo";
import type { ShareTerms } from "#wire";
import { document, type Frame } from "./document.ts";
import { formatDistance, formatSpan, formatTime, isoTime } from "./format.ts";
import { html, type Html } from "./html.ts";
import { icon } from "./icons.ts";

/** Everything that the page of a share link shows at its first paint; devices come with the stream alone. */
export interface SharePage {
  readonly name: string;
  readonly now: EpochMs;
  /** In a frame of another page, with as little around the map as possible. */
  readonly embedded: boolean;
  /** Aliases of the devices whose tracks are drawn from the beginning. */
  readonly tracks: readonly string[];
  readonly terms: Pick<ShareTerms, "what" | "from" | "to" | "track" | "delaySeconds" | "blurMeters">;
}

/** The map that whoever has a share link sees: no lists of others, no way to anywhere else. */
export function sharePage(frame: Frame, page: SharePage): string {
  const { name, embedded, tracks, terms } = page;
  const box = "area" in terms.what && typeof terms.what.area !== "string" ? terms.what.area : undefined;
  return document(
    { ...frame, noindex: true },
    "share",
    html`<div
      class="share"
      id="share"
      data-embedded="${embedded ? "yes" : "no"}"
      data-track="${terms.track ? "yes" : "no"}"
      data-delay="${terms.delaySeconds ?? 0}"
      data-tracks="${tracks.join(" ")}"
    >
      <main
        class="map"
        id="map"
        aria-label="Map"
        ${box && box[0] <= box[2] && html`data-extent="${box.join(" ")}"`}
      ></main>
      <section class="share-card" id="share-card" aria-label="What is shown">
        <header>
          <h1>${name || "Shared with you"}</h1>
          ${
            !embedded &&
            html`<button type="button" class="quiet-button" id="theme" aria-label="Light or dark">
              ${icon("theme")}
            </button>`
          }
        </header>
        <p class="share-state">
          <span class="connection" id="connection" role="status" data-state="connecting"
            ><i></i><span></span
          ></span>
          <span id="share-count"></span>
        </p>
        ${conditions(page)}
        <ul class="share-rows" id="share-rows"></ul>
      </section>
      <noscript
        ><p class="share-noscript">
          The map is drawn by a script, which this browser does not run.
        </p></noscript
      >
    </div>`,
  );
}

function conditions({ now, terms, embedded }: SharePage): Html | undefined {
  const notes = [...conditionsOf(terms, now)];
  if (notes.length === 0 || embedded) return undefined;
  return html`<ul class="share-notes">
    ${notes.map((note) => html`<li>${note}</li>`)}
  </ul>`;
}

/** What a reader should know of what is shown, so that nobody takes a delayed or blurred place for a true one. */
export function* conditionsOf(terms: SharePage["terms"], now: EpochMs): Generator<Html> {
  const { what, from, to, delaySeconds, blurMeters } = terms;
  if ("trip" in what) yield html`From ${moment(what.trip.from)} to ${moment(what.trip.to)}`;
  if (from !== undefined) yield html`${from > now ? "Begins" : "Since"} ${moment(from)}`;
  if (to !== undefined) yield html`Until ${moment(to)}`;
  if (delaySeconds !== undefined) yield html`Shown ${formatSpan(delaySeconds)} late`;
  if (blurMeters !== undefined) yield html`Places are blurred to ${formatDistance(blurMeters)}`;
}

const moment = (time: EpochMs): Html =>
  html`<time datetime="${isoTime(time)}">${formatTime(time).slice(0, 16)} UTC</time>`;
