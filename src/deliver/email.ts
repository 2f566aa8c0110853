import type { Mail, SMTPPoolOptions, SMTPPoolSentMessageInfo } from "nodemailer";
import { alertId, type Target } from "#wire";
import type { SmtpChannel } from "./channels.ts";
import type { Message, SendResult, Sender } from "./message.ts";
import { troubleOf } from "./trouble.ts";
import { headlineOf, plainTextOf } from "./words.ts";

type Email = Extract<Target, { kind: "email" }>;

/** Connections to the mail server. */
const CONNECTIONS = 5;
/** Milliseconds for each step of a conversation with it. */
const STEP = 10_000;

/** The domain of `from`, which also makes message ids unique; the address may stand in angle brackets. */
const domainOf = (from: string): string => /@([^\s@<>]+)>?\s*$/.exec(from)?.[1] ?? "whereabouts.invalid";

/** Loaded when it is needed: it costs 150 ms and 27 MB. */
export async function openPool(url: string): Promise<Mail<SMTPPoolSentMessageInfo, SMTPPoolOptions>> {
  const { createTransport } = await import("nodemailer");
  return createTransport({
    url,
    pool: true,
    maxConnections: CONNECTIONS,
    connectionTimeout: STEP,
    greetingTimeout: STEP,
    socketTimeout: STEP,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** What the server said; `never` where it refused the message itself, for good (RFC 5321, 4.2.1). */
function refusalOf(error: unknown): SendResult {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  if (typeof responseCode !== "number") return { error: troubleOf(error) };
  const message = code === "EENVELOPE" || code === "EMESSAGE";
  return {
    status: responseCode,
    error:
      code === "EAUTH" ? "the mail server refused the sign-in" : `the mail server answered ${responseCode}`,
    ...(message && responseCode >= 500 && { never: "message" as const }),
  };
}

/** Threads a withdrawal with the mail it is about. */
function threadOf({ event }: Message, target: Email, domain: string): { readonly inReplyTo?: string } {
  const about = event?.withdraws;
  return about === undefined ? {} : { inReplyTo: `<${alertId(about, target.id)}@${domain}>` };
}

/**
 * Sends alerts as mails in plain text, one an alert, all recipients in it. The id of the message is that of the alert.
 * The server is the operator's own, so the guard has no say in it.
 */
export function createEmailSender({ url, from }: SmtpChannel): Sender<Email> {
  const domain = domainOf(from);
  let pool: Promise<Mail<SMTPPoolSentMessageInfo, SMTPPoolOptions>> | undefined;
  return {
    async send(target, message, signal) {
      pool ??= openPool(url);
      const transport = await pool;
      try {
        await transport.sendMail({
          from,
          to: target.to.map((address) => ({ name: "", address })),
          subject: headlineOf(message),
          text: plainTextOf(message),
          messageId: `<${message.id}@${domain}>`,
          ...threadOf(message, target, domain),
          headers: { "Auto-Submitted": "auto-generated" },
          signal,
        });
        return {};
      } catch (error) {
        return refusalOf(error);
      }
    },
    forget: () => {},
    close: async () => (await pool)?.close(),
  };
}
