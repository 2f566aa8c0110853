export { MAX_BODY } from "./body.ts";
export { MAX_LINE } from "./lines.ts";
export type { Door, DoorOptions, Outcome } from "./options.ts";
export { positionsDoor } from "./positions.ts";
export { MAX_LISTED, type Rejection, type TallyBody } from "./tally.ts";
