import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";
import { describe, expect, it } from "vitest";
import { createMailer } from "./mailer.ts";

describe("the mailer", () => {
  it("hands plain text to the mail server, and says when that does not take it", async () => {
    const taken: { to: readonly string[]; text: string }[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith("nobody") ? done(new Error("no such mailbox")) : done(),
      onData(stream, { envelope }, done) {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
        stream.on("end", () => {
          const to = envelope.rcptTo.map(({ address }) => address);
          taken.push({ to, text: Buffer.concat(chunks).toString() });
          done();
        });
      },
    });
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    const { port } = server.server.address() as AddressInfo;
    const mailer = createMailer({ url: `smtp://127.0.0.1:${port}`, from: "Whereabouts <map@example.org>" });
    const mail = { subject: "Another password", text: "Here:\n\nhttps://example.org/reset/a\n" };
    await mailer.send({ ...mail, to: "kim@example.org" });
    expect(taken).toMatchObject([{ to: ["kim@example.org"] }]);
    expect(taken[0]?.text).toContain("https://example.org/reset/a");
    expect(taken[0]?.text).toContain("Subject: Another password");
    await expect(mailer.send({ ...mail, to: "nobody@example.org" })).rejects.toThrow("no such mailbox");
    await mailer.close();
    await new Promise<void>((resolve) => server.close(resolve));
  });
});
