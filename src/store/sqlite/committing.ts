import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { DeviceKey } from "#ports";
import { type FixGroups, HEAD } from "./fix-groups.ts";
import { HandleTable } from "./handle-table.ts";
import type { Names } from "./names.ts";
import type { States } from "./states.ts";
import type { CommitMessage } from "./store-calls.ts";
import { inTransaction } from "./transaction.ts";
import { BaseWriter } from "./writing-bases.ts";
import { AlertWriter } from "./writing-alerts.ts";
import { DefinitionWriter } from "./writing-definitions.ts";
import { EventWriter, type Numbered } from "./writing-events.ts";

const prepare = (database: DatabaseSync): Statements => ({
  tail: database.prepare("INSERT INTO tail (at, n, heads, body) VALUES (?, ?, ?, ?)"),
  eraseDevice: database.prepare("DELETE FROM device WHERE num = ?"),
  eraseEvents: database.prepare("DELETE FROM event WHERE workspace = ? AND device = ?"),
  erased: database.prepare("INSERT INTO erased (device) VALUES (?)"),
  fence: database.prepare(
    "INSERT INTO fence (workspace, id, body) VALUES (?, ?, ?) ON CONFLICT (workspace, id) DO UPDATE SET body = excluded.body",
  ),
  eraseFence: database.prepare("DELETE FROM fence WHERE workspace = ? AND id = ?"),
  edited: database.prepare("UPDATE workspace SET edited = ? WHERE num = ?"),
  offset: database.prepare("UPDATE mark SET value = ? WHERE name = 'offset'"),
});

interface Statements {
  readonly tail: StatementSync;
  readonly eraseDevice: StatementSync;
  readonly eraseEvents: StatementSync;
  readonly erased: StatementSync;
  readonly fence: StatementSync;
  readonly eraseFence: StatementSync;
  readonly edited: StatementSync;
  readonly offset: StatementSync;
}

/** Writes commits: one transaction each, deletions first. */
export class Committer {
  readonly #database: DatabaseSync;
  readonly #names: Names;
  readonly #run: Statements;
  readonly #handles: HandleTable;
  readonly #states: States;
  readonly #events: EventWriter;
  readonly #definitions: DefinitionWriter;
  readonly #bases: BaseWriter;
  readonly #alerts: AlertWriter;

  constructor(database: DatabaseSync, names: Names, states: States) {
    this.#states = states;
    this.#database = database;
    this.#names = names;
    this.#run = prepare(database);
    this.#events = new EventWriter(database);
    this.#definitions = new DefinitionWriter(database, names);
    this.#bases = new BaseWriter(database);
    this.#alerts = new AlertWriter(database, names);
    this.#handles = new HandleTable(names);
  }

  /** Forgets the numbers of workspaces and devices, because a workspace was made or deleted. */
  forgetNumbers(): void {
    this.#names.clear();
    this.#handles.forgetNumbers();
  }

  /** All of it or nothing; answers the numbers of the events. `now` is the server's time. */
  commit(message: CommitMessage, now: number): Numbered[] {
    this.#handles.learn(message.names);
    try {
      const numbered = inTransaction(this.#database, () => this.#write(message, now));
      this.#states.committed();
      return numbered;
    } catch (error) {
      this.#states.rolledBack();
      this.#alerts.rolledBack();
      this.#names.clear();
      this.#handles.forgetNumbers();
      throw error;
    }
  }

  #write(message: CommitMessage, now: number): Numbered[] {
    for (const key of message.deletedDevices) this.#erase(key);
    if (message.deletedDevices.length > 0) this.#handles.forgetNumbers();
    for (const { workspace, fence } of message.deletedFences) {
      this.#run.eraseFence.run(this.#names.workspace(workspace), fence);
    }
    for (const { workspace, id, body } of message.fences) {
      this.#run.fence.run(this.#names.workspace(workspace), id, body);
    }
    if (message.devices) {
      this.#states.write(message.devices, (handle, seenAt) => this.#handles.num(handle, seenAt));
    }
    if (message.fixes) this.#fixes(message.fixes, now);
    for (const key of message.deletedDefinitions) this.#definitions.erase(key);
    for (const definition of message.definitions) this.#definitions.put(definition);
    for (const cooldown of message.cooldowns) this.#definitions.cool(cooldown);
    for (const one of message.bases) {
      this.#bases.write(this.#names.need(one.workspace, one.device, now), one);
    }
    for (const { workspace, offset } of message.edited) {
      this.#run.edited.run(offset, this.#names.workspace(workspace));
    }
    const numbered = message.events.map((event) =>
      this.#events.write(this.#names.workspace(event.workspace), event),
    );
    for (const one of message.reshown) this.#events.reshow(this.#names.workspace(one.workspace), one);
    for (const alert of message.alerts) this.#alerts.add(alert);
    for (const followUp of message.followUps) this.#alerts.follow(followUp);
    this.#alerts.finish();
    this.#run.offset.run(message.offset);
    return numbered;
  }

  #erase({ workspace, device }: DeviceKey): void {
    this.#alerts.erase(this.#names.workspace(workspace), device);
    this.#run.eraseEvents.run(this.#names.workspace(workspace), device);
    const num = this.#names.find(workspace, device);
    if (num === undefined) return;
    this.#run.eraseDevice.run(num);
    this.#states.erase(num);
    this.#bases.erase(num);
    this.#run.erased.run(num);
    this.#names.forget(workspace, device);
  }

  #fixes({ heads, body, count }: FixGroups, now: number): void {
    for (let i = 0; i < heads.length; i += HEAD) heads[i] = this.#handles.num(heads[i] ?? 0, now);
    this.#run.tail.run(now, count, new Uint8Array(heads.buffer), body);
  }
}
