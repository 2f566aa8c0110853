export { sessionsContract, tokensContract } from "./credentials.ts";
export {
  commitOf,
  entryOf,
  eventOf,
  fenceOf,
  fixesOf,
  fixOf,
  type FixtureBounds,
  type OpenFixture,
  recordOf,
  type StoreFixture,
  type StorePorts,
  until,
  withStore,
} from "./fixture.ts";
export { definitionsContract } from "./definitions.ts";
export { historyContract } from "./history.ts";
export { devicesContract, eventsContract, fencesContract } from "./lists.ts";
export { logContract } from "./log.ts";
export { pastContract } from "./past.ts";
export { resultsContract } from "./results.ts";
export { upkeepContract } from "./upkeep.ts";
