import { existsSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../../shared/data");

/**
 * Path of a file of real recordings, which lie beside a checkout and never in it; undefined where there are none.
 * Then the test is to be skipped, and this says so: `it.skipIf(sharedData("…") === undefined)`.
 */
export function sharedData(name: string): string | undefined {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  console.warn(`skipped: there is no recording at ${path}; the tests on made-up tracks still run`);
  return undefined;
}
