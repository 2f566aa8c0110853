import {
  eventsContract,
  historyContract,
  logContract,
  pastContract,
  outboxContract,
  resultsContract,
  upkeepContract,
} from "#ports/contract";
import { openFixture } from "./testing/open-fixture.ts";

for (const contract of [
  logContract,
  resultsContract,
  historyContract,
  pastContract,
  eventsContract,
  outboxContract,
  upkeepContract,
]) {
  contract("sqlite", openFixture);
}
