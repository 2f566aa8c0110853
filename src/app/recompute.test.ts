import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { recompute } from "./recompute.ts";

const job = { state: "running", devices: 4, done: 0, fixes: 0, raised: 0, withdrawn: 0 };
let close = (): void => {};

afterEach(() => close());

/** Runs the command against a server that gives these answers, one after the other. */
async function run(...answers: readonly object[]) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      asked.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`.trim());
      const answer = answers[asked.length - 1] ?? {};
      response.statusCode = "status" in answer ? Number(answer.status) : 200;
      response.end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => server.close();
  const text = { stdout: "", stderr: "" };
  const sink = (name: "stdout" | "stderr"): NodeJS.WriteStream =>
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        text[name] += chunk.toString();
        done();
      },
    }) as unknown as NodeJS.WriteStream;
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const code = await recompute(
    { url, token: "t", assumed: false, fence: "a/b", hours: 6, wait: async () => {} },
    { env: {}, stdout: sink("stdout"), stderr: sink("stderr") },
  );
  return { code, asked, ...text };
}

describe("whereabouts recompute", () => {
  it("begins the job, follows it, and says what it came to", async () => {
    const done = { ...job, state: "done", done: 4, fixes: 12_000, raised: 3, withdrawn: 1 };
    const { code, asked, stdout, stderr } = await run(job, { ...job, done: 2, fixes: 900 }, done);
    expect(code).toBe(0);
    expect(asked).toEqual([
      'POST /api/fences/a%2Fb/recompute {"hours":6}',
      "GET /api/fences/a%2Fb/recompute",
      "GET /api/fences/a%2Fb/recompute",
    ]);
    expect(stdout).toBe("judged 12000 fixes of 4 devices again: 3 events raised, 1 withdrawn\n");
    expect(stderr).toContain("0 %  0/4  devices, 0 fixes");
  });

  it("says why it failed, or that it was stopped", async () => {
    const failed = await run(job, { ...job, state: "failed", done: 1, detail: "the disk is full" });
    expect(failed).toMatchObject({ code: 1, stdout: "" });
    expect(failed.stderr).toContain("failed after 1 of 4 devices: the disk is full");
    close();
    const stopped = await run({ ...job, state: "stopped", done: 2 });
    expect(stopped.stderr).toContain("stopped after 2 of 4 devices\n");
  });

  it("passes on what the server refuses", async () => {
    const refused = { status: 404, code: "unknown_fence", detail: "there is no fence" };
    await expect(run(refused)).rejects.toThrow(/answered 404: there is no fence \(unknown_fence\)/);
  });
});
