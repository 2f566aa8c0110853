/** A place and size of views, in degrees. */
export interface ViewPlan {
  readonly west: number;
  readonly south: number;
  /** Views lie at random in a square of this width and height; 0: all at its corner. */
  readonly spread: number;
  /** Width and height of a view. */
  readonly side: number;
}

/** What a process of clients is told to do; it answers each order once. */
export type Order =
  | {
      readonly do: "open";
      readonly count: number;
      readonly port: number;
      /** Source address of its connections. */
      readonly from: string;
      readonly token: string;
      readonly kind: "ws" | "socket.io" | "long-polling" | "plain";
      /** Frames in binary where the transport's own are JSON. */
      readonly binary?: boolean;
      readonly views: ViewPlan;
      readonly seed: number;
      /** One client in so many looks into what it gets; the others count bytes. */
      readonly sample: number;
    }
  /** Counts from now on. */
  | { readonly do: "count" }
  /** Answers what was counted. */
  | { readonly do: "report" }
  /** All connections break at once; the clients come back. */
  | { readonly do: "storm" }
  | { readonly do: "close" };

/** What was counted by the clients of one process. */
export interface Counts {
  /** Connections that are open and had a complete snapshot. */
  readonly ready: number;
  /** Connections that were refused or ended without being asked to. */
  readonly lost: number;
  readonly frames: number;
  readonly bytes: number;
  /** Of the clients that look into what they get. */
  readonly sampled: { readonly clients: number; readonly bytes: number; readonly positions: number };
  /** How many positions took so many milliseconds; the last entry holds all that took longer. */
  readonly latencies: readonly number[];
  /** Frames of the first client, with the milliseconds since counting began. */
  readonly recorded: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}

/** The answer to an order: `counts` for `report`, `ms` until all were back for `storm`. */
export interface Answer {
  readonly counts?: Counts;
  readonly ms?: number;
  readonly error?: string;
}

/** What the reference server is told. */
export interface PlayOrder {
  readonly frames: readonly { readonly at: number; readonly bytes: Uint8Array }[];
}
