import {
  definitionsContract,
  devicesContract,
  eventsContract,
  fencesContract,
  historyContract,
  logContract,
  pastContract,
  resultsContract,
  sessionsContract,
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
  tokensContract,
  sessionsContract,
  upkeepContract,
]) {
  contract("sqlite", openFixture);
}
