export { trackDefaults, type TrackConfig } from "./config.ts";
export { judgePosition, lastPlace, type Tracked, type TrackState, type Verdict } from "./judge.ts";
export { motionFacts } from "./motion-facts.ts";
export type { MotionState } from "./motion.ts";
export { judgeOverspeed, type OverspeedState, type OverspeedWatch, type SpeedFix } from "./overspeed.ts";
export { fireSilence, judgeSilence, silenceDue, type SilenceState, type SilenceWatch } from "./silence.ts";
export { reportedOf } from "./reported.ts";
