import type { SmtpChannel } from "./channels.ts";
import { openPool } from "./email.ts";

/** A mail to one person. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  /** Plain text. */
  readonly text: string;
}

/** Sends mails that are no alerts, such as links for another password. */
export interface Mailer {
  /** Rejects when the mail server does not take it. */
  send(mail: Mail): Promise<void>;
  close(): Promise<void>;
}

/** Mails over the operator's mail server; it is connected to when the first one is sent. */
export function createMailer({ url, from }: SmtpChannel): Mailer {
  let pool: ReturnType<typeof openPool> | undefined;
  return {
    async send({ to, subject, text }) {
      pool ??= openPool(url);
      const transport = await pool;
      const headers = { "Auto-Submitted": "auto-generated" };
      await transport.sendMail({ from, to: { name: "", address: to }, subject, text, headers });
    },
    close: async () => (await pool)?.close(),
  };
}
