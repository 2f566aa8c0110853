export { trackDefaults, type TrackConfig } from "./config.ts";
export { judgePosition, lastPlace, type Tracked, type TrackState, type Verdict } from "./judge.ts";
export type { MotionState } from "./motion.ts";
export type { Mark } from "./outlier.ts";
export { reportedOf } from "./reported.ts";
