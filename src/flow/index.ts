export { createFlow, type Flow, type FlowFigures, type FlowOptions } from "./flow.ts";
export type { FlowLogger } from "./logger.ts";
export { flowDefaults, type FlowSettings } from "./settings.ts";
