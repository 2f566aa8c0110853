export { createMemoryBus } from "./memory.ts";
