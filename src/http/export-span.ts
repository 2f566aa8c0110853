import type { EpochMs } from "#geo";
import type { History } from "#ports";
import type { Fix } from "#wire";

/** Fixes of one read of the history; a span of any length is written in such pages. */
const PAGE = 5000;

/** A span of one device's history; `from` and `to` inclusive. */
export interface Span {
  readonly workspace: string;
  readonly device: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** All fixes of a span in order of time, a page at a time, whatever its length. */
export async function* pagesOf(
  history: History,
  span: Span,
  most: number = Infinity,
): AsyncGenerator<readonly Fix[]> {
  let { from } = span;
  for (let left = most; left > 0 && from <= span.to;) {
    const limit = Math.min(PAGE, left);
    const page = await history.range({ ...span, from, limit });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    if (page.length < limit) return;
    left -= page.length;
    from = last.time + 1;
  }
}
