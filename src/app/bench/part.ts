/** What the bench of live push measures: idle connections over each transport, then what happens on them. */
export const PARTS = [
  "ws",
  "socket.io",
  "long-polling",
  "city",
  "outside",
  "hot",
  "storm",
  "polling",
] as const;

/** One of them. */
export type Part = (typeof PARTS)[number];
