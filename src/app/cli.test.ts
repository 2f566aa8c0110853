import { Writable } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import { runCli } from "./cli.ts";

afterEach(() => vi.unstubAllEnvs());

/** Runs a command line in this process; only such as end before a server would start. */
async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr"): NodeJS.WriteStream =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        text[name] += chunk.toString();
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const code = await runCli(args, { env: process.env, stdout: sink("stdout"), stderr: sink("stderr") });
  return { code, ...text };
}

describe("the command line", () => {
  it("shows its commands and its version", async () => {
    const help = await run("--help");
    expect(help.code).toBe(0);
    for (const name of [
      "serve",
      "demo",
      "replay",
      "import",
      "recompute",
      "token",
      "backup",
      "restore",
      "doctor",
      "bench",
    ]) {
      expect(help.stdout).toMatch(new RegExp(`^ +${name}\\b`, "m"));
    }
    expect((await run("--version")).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    [["serve", "--prot", "1"], "unknown option '--prot'"],
    [["srve"], "unknown command 'srve'"],
    [["serve", "--port", "80a"], "Expected a whole number from 0 to 65535"],
    [["serve", "--port", "70000"], "'70000' is invalid"],
    [["serve", "--retention-days", "-1"], "--retention-days"],
    [["serve", "--public-url", "ftp://x"], "Expected an address such as"],
    [["serve", "--tls-cert", "x.pem"], "--tls-cert and --tls-key go together"],
    [["serve", "--log-level", "loud"], "Allowed choices are debug"],
    [["replay", "x", "--speed", "fast"], "Expected a number above 0, or max"],
    [["replay", "x", "--speed", "max", "--now"], "--now needs a speed"],
    [["recompute", "--hours", "6"], "missing required argument 'fence'"],
    [["recompute", "depot"], "required option '--hours <number>' not specified"],
    [["recompute", "depot", "--hours", "0"], "Expected a whole number from 1 to 8784"],
    [["replay"], "missing required argument 'file'"],
    [["token", "create", "--scope", "root"], "Allowed choices are admin, manage, operate, ingest, view"],
    [["replay", "/absent/file"], "no such file"],
  ])("refuses %j by name", async (args, sentence) => {
    const { code, stderr, stdout } = await run(...args);
    expect(code).not.toBe(0);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain("    at ");
    expect(stdout).toBe("");
  });

  it.each([
    ["WHEREABOUTS_PORT", "eighty", "from env 'WHEREABOUTS_PORT' is invalid"],
    ["WHEREABOUTS_RETENTION_DAYS", "1.5", "from env 'WHEREABOUTS_RETENTION_DAYS' is invalid"],
    ["WHEREABOUTS_DATABASE_URL", "postgres://x", "WHEREABOUTS_DATABASE_URL is set, but this version"],
    ["WHEREABOUTS_ROLES", "ingest", "WHEREABOUTS_ROLES is ingest"],
    ["WHEREABOUTS_ADMIN_TOKEN", "two words", "WHEREABOUTS_ADMIN_TOKEN may only hold"],
  ])("refuses %s=%s by name", async (name, value, sentence) => {
    vi.stubEnv(name, value);
    const { code, stderr } = await run("serve", "--data", "/nowhere/at/all");
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });
});
