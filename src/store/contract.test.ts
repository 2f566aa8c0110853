import {
  definitionsContract,
  devicesContract,
  eventsContract,
  fencesContract,
  historyContract,
  logContract,
  pastContract,
  outboxContract,
  resultsContract,
  sessionsContract,
  targetsContract,
  tokensContract,
  upkeepContract,
} from "#ports/contract";
import { openFixture } from "./testing/open-fixture.ts";

for (const contract of [
  logContract,
  resultsContract,
  historyContract,
  devicesContract,
  fencesContract,
  definitionsContract,
  pastContract,
  eventsContract,
  targetsContract,
  outboxContract,
  tokensContract,
  sessionsContract,
  upkeepContract,
]) {
  contract("sqlite", openFixture);
}
