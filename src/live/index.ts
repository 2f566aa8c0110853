export type { LiveFigures, ResetReason } from "./figures.ts";
export { createLive, type Live, type LiveOptions } from "./live.ts";
export type { LiveLogger } from "./logger.ts";
export type { LiveSettings } from "./settings.ts";
