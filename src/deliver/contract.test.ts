import { outboxContract, type OutboxFixture, targetsContract } from "#ports/contract";
import { MemoryOutbox, OutboxDisk } from "./testing/memory-outbox.ts";

/** The outbox in memory that the tests of this room use is held to what the real one must keep. */
async function openMemory(): Promise<OutboxFixture> {
  const disk = new OutboxDisk();
  const open = (): OutboxFixture["ports"] => {
    const outbox = new MemoryOutbox(disk);
    return { outbox, targets: outbox.targets, results: outbox };
  };
  const ports = open();
  return { ports, reopen: async () => open(), dispose: async () => {} };
}

outboxContract("memory", openMemory);
targetsContract("memory", openMemory);
