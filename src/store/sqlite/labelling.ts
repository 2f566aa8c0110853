import type { DatabaseSync, SQLOutputValue } from "node:sqlite";
import type { DeviceKey } from "#ports";
import type { DeviceLabel } from "#wire";
import type { Names } from "./names.ts";
import { inTransaction } from "./transaction.ts";

/** What is stored of a text: an empty one is none. */
const textOf = (text: string | undefined): string | null => (text ? text : null);

/** A label as its columns hold it. */
export const labelOf = (row: Record<string, SQLOutputValue>): DeviceLabel => ({
  ...(typeof row["name"] === "string" ? { name: row["name"] } : {}),
  ...(typeof row["icon"] === "string" ? { icon: row["icon"] } : {}),
});

/** Registers a device with its label; false when it exists. */
export function register(
  database: DatabaseSync,
  names: Names,
  { workspace, device, label, at }: DeviceKey & { readonly label: DeviceLabel; readonly at: number },
): boolean {
  return inTransaction(database, () => {
    names.open(workspace);
    if (names.find(workspace, device) !== undefined) return false;
    const num = names.need(workspace, device, at);
    database
      .prepare("UPDATE device SET name = ?, icon = ? WHERE num = ?")
      .run(textOf(label.name), textOf(label.icon), num);
    return true;
  });
}

/** Changes the parts of a label that are given; false when there is no such device. */
export function describe(
  database: DatabaseSync,
  names: Names,
  { workspace, device, label }: DeviceKey & { readonly label: DeviceLabel },
): boolean {
  return inTransaction(database, () => {
    const num = names.find(workspace, device);
    if (num === undefined) return false;
    if (label.name !== undefined) {
      database.prepare("UPDATE device SET name = ? WHERE num = ?").run(textOf(label.name), num);
    }
    if (label.icon !== undefined) {
      database.prepare("UPDATE device SET icon = ? WHERE num = ?").run(textOf(label.icon), num);
    }
    return true;
  });
}
