import type { Device } from "./device.ts";
import { eventOf, type Origin } from "./finding.ts";
import type { Workspace } from "./fleet.ts";
import { raiseEvent } from "./raise.ts";
import type { Workbench } from "./workbench.ts";

/** The second stage of a live fix: what it shows about its device and others. */
export function judgePairs(bench: Workbench, workspace: Workspace, device: Device, origin: Origin): void {
  const { pairs, devices } = workspace;
  if (device.track === undefined) return;
  const { fix, motion } = device.track;
  for (const { device: id, finding } of pairs.judge(device.id, fix, motion.motion === "stopped")) {
    for (const name of [id, finding.other ?? id]) {
      const one = devices.get(name);
      if (one === undefined) continue;
      one.pairs = pairs.states(name);
      bench.batch.changed.add(one);
    }
    const of = devices.get(id) ?? device;
    raiseEvent(bench, workspace, of, eventOf(of, finding, origin), fix);
  }
  device.pairs = pairs.states(device.id);
}
