export { sessionsContract, tokensContract } from "./credentials.ts";
export {
  alertOf,
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
  targetOf,
  until,
  withStore,
} from "./fixture.ts";
export { definitionsContract } from "./definitions.ts";
export { historyContract } from "./history.ts";
export { devicesContract, eventsContract, fencesContract } from "./lists.ts";
export { logContract } from "./log.ts";
export { auditContract, membersContract } from "./members.ts";
export { identitiesContract } from "./identities.ts";
export { passkeysContract } from "./passkeys.ts";
export { secondFactorsContract } from "./second-factor.ts";
export { pastContract } from "./past.ts";
export { type OpenOutbox, outboxContract, type OutboxFixture } from "./outbox.ts";
export { resultsContract } from "./results.ts";
export { sharesContract } from "./shares.ts";
export { targetsContract } from "./targets.ts";
export { upkeepContract } from "./upkeep.ts";
export { workspacesContract } from "./workspaces.ts";
