import type { BBox } from "#geo";

/** What a page asks its worker to do. */
export type Order =
  /** Connect; `share`: the secret of a share link, `probe`: the path of something that needs the same rights as the line. */
  | { readonly do: "open"; readonly share?: string; readonly probe: string }
  /** Look at this box. */
  | { readonly do: "watch"; readonly bbox: BBox; readonly zoom: number }
  /** Tell what has come since the last time, now or as soon as something comes. */
  | { readonly do: "more" };
