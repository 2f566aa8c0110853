/**
 * `npm test`: everything. Builds what is missing, runs the checks and all tests, and ends with one line
 * `N passed, N failed`, which also lands in `dist/.test/summary.txt`. A check counts as one test.
 * Arguments go to vitest: `npm test -- test/cli.test.ts` runs one file and no checks.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const results = join(root, "dist/.test");
const bin = (name: string): string => join(root, "node_modules/.bin", name);

/** What was counted. */
interface Tally {
  passed: number;
  failed: number;
}

function main(filters: readonly string[]): void {
  mkdirSync(results, { recursive: true });
  const tally: Tally = { passed: 0, failed: 0 };
  // Types come first: the same command emits the JavaScript that the package test packs.
  count(tally, run("types", bin("tsc"), ["-b"]));
  count(tally, run("prepare", process.execPath, ["--conditions=source", "scripts/prepare.ts"]));
  if (filters.length === 0) {
    count(tally, run("format", bin("oxfmt"), ["--check"]));
    count(tally, run("lint", bin("oxlint"), ["--type-aware", "--deny-warnings"]));
    count(tally, run("unused", bin("knip"), []));
  }
  vitest(tally, "unit", filters);
  vitest(tally, "thorough", filters);
  // One file at a time: each starts servers and browsers of its own, and some measure how quick they are.
  vitest(tally, "system", ["--maxWorkers=1", ...filters]);
  const summary = `${tally.passed} passed, ${tally.failed} failed`;
  writeFileSync(join(results, "summary.txt"), `${summary}\n`);
  console.log(summary);
  process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
}

function run(name: string, command: string, args: readonly string[]): boolean {
  console.log(`\n── ${name}`);
  return spawnSync(command, args, { cwd: root, stdio: "inherit" }).status === 0;
}

function count(tally: Tally, passed: boolean): void {
  if (passed) tally.passed += 1;
  else tally.failed += 1;
}

function vitest(tally: Tally, project: string, args: readonly string[]): void {
  const report = join(results, `${project}.json`);
  rmSync(report, { force: true });
  const fixed = ["run", "--project", project, "--passWithNoTests"];
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const passed = run(`${project} tests`, bin("vitest"), [...fixed, ...reporters, ...args]);
  const before = tally.failed;
  const { numPassedTests, numFailedTests, testResults } = readReport(report);
  // A file that does not load fails without a test of its own.
  const unloaded = testResults.filter(({ status, assertionResults }) => {
    return status === "failed" && !assertionResults.some((test) => test.status === "failed");
  });
  tally.passed += numPassedTests;
  tally.failed += numFailedTests + unloaded.length;
  // So does the whole run, by an error outside any file.
  if (!passed && tally.failed === before) tally.failed += 1;
}

/** The part of vitest's JSON report that is read. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
}

function readReport(path: string): Report {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Report;
  } catch (error) {
    console.error(`no report of the tests: ${String(error)}`);
    return { numPassedTests: 0, numFailedTests: 0, testResults: [] };
  }
}

main(process.argv.slice(2));
