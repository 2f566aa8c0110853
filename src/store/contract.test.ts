import {
  devicesContract,
  eventsContract,
  fencesContract,
  historyContract,
  logContract,
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
  eventsContract,
  tokensContract,
  sessionsContract,
  upkeepContract,
]) {
  contract("sqlite", openFixture);
}
