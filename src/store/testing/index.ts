export { type Filling, fillStore, seeded } from "./fill.ts";
export { findStrace, readTrace, straceCommand, type Traced } from "./strace.ts";
