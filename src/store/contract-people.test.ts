import {
  auditContract,
  definitionsContract,
  devicesContract,
  fencesContract,
  identitiesContract,
  membersContract,
  sharesContract,
  passkeysContract,
  secondFactorsContract,
  sessionsContract,
  targetsContract,
  tokensContract,
  workspacesContract,
} from "#ports/contract";
import { openFixture } from "./testing/open-fixture.ts";

// What people make, and who they are: apart from the other suites, so that both run at once.
for (const contract of [
  devicesContract,
  fencesContract,
  definitionsContract,
  targetsContract,
  tokensContract,
  sessionsContract,
  membersContract,
  secondFactorsContract,
  passkeysContract,
  identitiesContract,
  auditContract,
  sharesContract,
  workspacesContract,
]) {
  contract("sqlite", openFixture);
}
