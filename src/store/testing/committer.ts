import { openSqliteStore } from "#store";
import { say } from "./say.ts";
import { committedFixes } from "./committed.ts";

/**
 * A process to be killed: commits to the folder in `argv[2]`, settling all the time, and writes `ack <offset>` after
 * each commit. What a commit holds follows from its offset alone.
 */
const { results } = await openSqliteStore({ folder: process.argv[2] ?? "", settleFixes: 300 });
const parts = {
  devices: [],
  deletedDevices: [],
  events: [],
  fences: [],
  deletedFences: [],
  definitions: [],
  deletedDefinitions: [],
  alerts: [],
  followUps: [],
  cooldowns: [],
  bases: [],
  reshown: [],
  edited: [],
};
for (let { offset } = await results.restore(); ;) {
  offset++;
  const fixes = committedFixes(offset).map((fix) => ({ workspace: "main", fix }));
  await results.commit({ ...parts, offset, fixes });
  say(`ack ${offset}\n`);
}
