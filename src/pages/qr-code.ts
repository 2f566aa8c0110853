import { html, Html } from "./html.ts";

/** A QR code as SVG, dark on light in any theme, because cameras want it so: one path, no style, no script. */
export function qrCode(modules: readonly (readonly boolean[])[], label: string): Html {
  const runs = modules.flatMap((row, y) =>
    [...darkRuns(row)].map(([x, width]) => `M${x} ${y}h${width}v1h-${width}z`),
  );
  const size = modules.length;
  return html`<svg
    class="qr"
    role="img"
    aria-label="${label}"
    viewBox="0 0 ${size} ${size}"
    width="${size * 4}"
    height="${size * 4}"
    shape-rendering="crispEdges"
  >
    <rect width="${size}" height="${size}" fill="#fff" />
    <path d="${runs.join("")}" fill="#000" />
  </svg>`;
}

/** Where dark modules of a row begin, and how many follow each other. */
function* darkRuns(row: readonly boolean[]): Generator<readonly [x: number, width: number]> {
  let start: number | undefined;
  for (const [x, dark] of [...row, false].entries()) {
    if (dark) start ??= x;
    else if (start !== undefined) {
      yield [start, x - start];
      start = undefined;
    }
  }
}
