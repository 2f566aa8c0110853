export type { FlowFigures } from "./figures.ts";
export { createFlow, type Flow, type FlowOptions } from "./flow.ts";
export type { FlowLogger } from "./logger.ts";
export { flowDefaults, type FlowSettings } from "./settings.ts";
