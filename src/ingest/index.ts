export { MAX_BODY } from "./body.ts";
export { httpDoors } from "./doors.ts";
export { MAX_LINE } from "./lines.ts";
export type { Door, DoorOptions, Outcome } from "./options.ts";
export { MAX_LISTED, type Rejection, type TallyBody } from "./tally.ts";
