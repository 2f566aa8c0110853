import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import { eventOf, targetOf } from "#ports/contract";
import { alertId, type Target } from "#wire";
import { createEmailSender } from "./email.ts";
import type { Message, SendResult, Sender } from "./message.ts";
import { messageOf } from "./testing/messages.ts";

type Email = Extract<Target, { kind: "email" }>;

interface Mail {
  readonly to: readonly string[];
  readonly from: string;
  readonly head: string;
  readonly body: string;
}

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A real SMTP server that keeps its mails, and a sender that uses it. */
async function start(
  options: SMTPServerOptions = {},
  user = "",
): Promise<{
  readonly mails: Mail[];
  readonly send: (to: readonly string[], more?: Partial<Message>) => Promise<SendResult>;
}> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => void chunks.push(chunk));
      stream.on("end", () => {
        const [head = "", ...body] = Buffer.concat(chunks).toString().split("\r\n\r\n");
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom === false ? "" : mailFrom.address;
        mails.push({ to: rcptTo.map(({ address }) => address), from, head, body: body.join("\r\n\r\n") });
        done();
      });
    },
    ...options,
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const from = "Whereabouts <alerts@track.example>";
  const sender: Sender<Email> = createEmailSender({ url: `smtp://${user}127.0.0.1:${port}`, from });
  closing.push(async () => {
    await sender.close();
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  });
  return {
    mails,
    send(to, more) {
      const target = { ...targetOf("a"), kind: "email", to } as Email;
      return sender.send(target, messageOf(more), new AbortController().signal, 0);
    },
  };
}

describe("a mail", () => {
  it("[EM1] reaches every recipient, in plain text with times, under an id made of the alert's", async () => {
    const { mails, send } = await start();
    expect(await send(["ada@example.org", "bob@example.org"])).toEqual({});
    const [{ to, from, head, body } = expect.fail()] = mails;
    expect([to, from]).toEqual([["ada@example.org", "bob@example.org"], "alerts@track.example"]);
    expect(head).toContain("Subject: Bus 7 entered Depot");
    expect(head).toContain(`Message-ID: <${messageOf().id}@track.example>`);
    expect(head).toContain("Auto-Submitted: auto-generated");
    expect(head).toContain("Content-Type: text/plain");
    expect(body.trimEnd().split("\r\n")).toEqual([
      "Bus 7 entered Depot",
      "",
      "Device: Bus 7 (bus-7)",
      "Fence: Depot (f1)",
      "Time: 2023-11-14T22:13:20.000Z",
      "Place: 48.849000, 2.351000 (latitude, longitude)",
      "Noticed: 2023-11-14T22:13:20.900Z",
      "Rules: r1, r2",
      `Alert: ${messageOf().id}, raised 2023-11-14T22:13:21.000Z`,
    ]);
  });

  it("[EM2] cannot be given headers by names or texts", async () => {
    const { mails, send } = await start();
    const text = "Late\r\nBcc: eve@example.org\r\n\r\nhello\u2028\u202Eevil";
    await send(["ada@example.org"], { text, names: { device: "x\r\nBcc: eve@example.org" } });
    const [{ to, head, body } = expect.fail()] = mails;
    expect(to).toEqual(["ada@example.org"]);
    expect(head).not.toMatch(/^bcc:/im);
    expect(head.replaceAll("\r\n ", " ")).toContain("Subject: Late Bcc: eve@example.org hello evil");
    expect(body).not.toMatch(/^bcc:/im);
  });

  it("[EM3] of a withdrawal answers the mail that it is about", async () => {
    const { mails, send } = await start();
    const event = eventOf("gone", "bus-7", 1, { type: "withdrawn", withdraws: "event-1" });
    await send(["ada@example.org"], { event });
    const [{ head } = expect.fail()] = mails;
    expect(head).toContain(`In-Reply-To: <${alertId("event-1", "a")}@track.example>`);
    expect(head).toContain("Subject: An earlier alert about Bus 7 and Depot was not true");
  });

  it("[EM4] that is refused for good is not sent again; anything else is", async () => {
    const refusing = (code: number): SMTPServerOptions => ({
      onRcptTo(_, __, done) {
        done(Object.assign(new Error("no such mailbox ada@example.org"), { responseCode: code }));
      },
    });
    const forGood = await start(refusing(550));
    expect(await forGood.send(["ada@example.org"])).toEqual({
      status: 550,
      error: "the mail server answered 550",
      never: "message",
    });
    const later = await start(refusing(451));
    expect(await later.send(["ada@example.org"])).toEqual({
      status: 451,
      error: "the mail server answered 451",
    });
    const closed = await start();
    await closing.pop()?.();
    expect(await closed.send(["ada@example.org"])).not.toHaveProperty("never");
  });

  it("[EM4] waits when the server refuses the sign-in, and says nothing of the password", async () => {
    const { send } = await start(
      {
        authOptional: false,
        allowInsecureAuth: true,
        onAuth: (_, __, done) => done(Object.assign(new Error("hush"), { responseCode: 535 })),
      },
      "ada:hush@",
    );
    expect(await send(["ada@example.org"])).toEqual({
      status: 535,
      error: "the mail server refused the sign-in",
    });
  });
});
