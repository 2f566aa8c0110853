export { createMemoryBus, type BusLogger } from "./memory.ts";
