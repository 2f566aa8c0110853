import type { EpochMs, Meters, MetersPerSecond } from "#geo";
import { moment } from "./alert-table.ts";
import { eventHref } from "./event-feed.ts";
import { eventVerb } from "./event-words.ts";
import { formatAccuracy, formatDistance, formatSpan, formatSpeed } from "./format.ts";
import { html, type Html } from "./html.ts";

/** What one fence made of a position. */
export interface FenceLayers {
  readonly fence: string;
  readonly fenceVersion: number;
  readonly name: string;
  readonly inside: boolean;
  readonly rawInside: boolean;
  readonly distance: Meters;
  readonly accuracy: Meters;
  readonly exitMargin: Meters;
  readonly verdict: "inside" | "outside" | "undecided" | "vetoed" | "skipped";
  readonly pending?: {
    readonly type: "enter" | "exit";
    readonly count: number;
    readonly needFixes: number;
    readonly seconds: number;
    readonly needSeconds: number;
    readonly steady: boolean;
  };
  readonly event?: { readonly type: string; readonly id: string };
}

/** What each layer made of a position. */
export interface PositionLayers {
  readonly fix: {
    readonly time: EpochMs;
    readonly accuracy?: Meters;
    readonly speed?: MetersPerSecond;
  };
  readonly track: {
    readonly verdict: "live" | "outlier" | "late" | "duplicate";
    readonly impliedSpeed?: MetersPerSecond;
    readonly maxSpeed: MetersPerSecond;
  };
  readonly fences: readonly FenceLayers[];
}

const trackVerdicts: Readonly<Record<PositionLayers["track"]["verdict"], string>> = {
  live: "believed: it moves the marker",
  outlier: "an outlier: stored, does not move the marker",
  late: "late: older than the newest, stored and judged in its place",
  duplicate: "a duplicate: it changes nothing",
};

const verdicts: Readonly<Record<FenceLayers["verdict"], string>> = {
  inside: "decidedly inside",
  outside: "decidedly outside",
  undecided: "undecided: too near to the boundary",
  vetoed: "vetoed: it contradicts its own speed",
  skipped: "skipped: an outlier",
};

function pendingText({ pending }: FenceLayers): string | undefined {
  if (pending === undefined) return undefined;
  const { type, count, needFixes, seconds, needSeconds, steady } = pending;
  const needs: string[] = [];
  if (needFixes > 0) needs.push(`${count} of ${needFixes} fixes`);
  if (needSeconds > 0) needs.push(`${formatSpan(Math.round(seconds))} of ${formatSpan(needSeconds)}`);
  return `${type} pending: ${needs.join(", or ")}${steady ? ", going on steadily" : ""}`;
}

/** Every layer with its numbers: the path of the device, then each fence. */
export function layerTables({ fix, track, fences }: PositionLayers): Html {
  const { impliedSpeed, maxSpeed, verdict } = track;
  const needs = impliedSpeed === undefined ? "its first position" : `needs ${formatSpeed(impliedSpeed)}`;
  return html`<dl class="figures">
      <div>
        <dt>Position</dt>
        <dd>${moment(fix.time)}</dd>
      </div>
      <div>
        <dt>Accuracy</dt>
        <dd>${formatAccuracy(fix.accuracy)}</dd>
      </div>
      <div>
        <dt>Speed</dt>
        <dd>${formatSpeed(fix.speed)}</dd>
      </div>
      <div>
        <dt>Track</dt>
        <dd>${trackVerdicts[verdict]}</dd>
        <dd class="quiet">${needs}; up to ${formatSpeed(maxSpeed)} are believed</dd>
      </div>
    </dl>
    ${
      fences.length === 0
        ? html`<p class="none">No fence is near.</p>`
        : html`<div class="scroll">
            <table>
              <thead>
                <tr>
                  <th scope="col">Fence</th>
                  <th scope="col">By its shape</th>
                  <th scope="col" class="number">To the boundary</th>
                  <th scope="col" class="number">Accuracy</th>
                  <th scope="col" class="number">Exit margin</th>
                  <th scope="col">The fix is</th>
                  <th scope="col">The device is</th>
                </tr>
              </thead>
              <tbody>
                ${fences.map(fenceRow)}
              </tbody>
            </table>
          </div>`
    }`;
}

function fenceRow(layers: FenceLayers): Html {
  const { fence, fenceVersion, name, inside, rawInside, distance, accuracy, exitMargin, verdict, event } =
    layers;
  const waiting = pendingText(layers);
  return html`<tr>
    <th scope="row">
      <a href="/fences#${encodeURIComponent(fence)}">${name || fence}</a>
      <span class="quiet">v${fenceVersion}</span>
    </th>
    <td data-label="By its shape">${rawInside ? "inside" : "outside"}</td>
    <td data-label="To the boundary" class="number">${formatDistance(Math.abs(distance))}</td>
    <td data-label="Accuracy" class="number">${accuracy > 0 ? formatAccuracy(accuracy) : "not used"}</td>
    <td data-label="Exit margin" class="number">${exitMargin > 0 ? formatDistance(exitMargin) : "none"}</td>
    <td data-label="The fix is">${verdicts[verdict]}</td>
    <td data-label="The device is">
      ${inside ? "in" : "out"}${waiting !== undefined && html`<br /><span class="quiet">${waiting}</span>`}${
        event !== undefined && html`<br /><a href="${eventHref(event.id)}">${eventVerb(event.type)}</a>`
      }
    </td>
  </tr>`;
}
