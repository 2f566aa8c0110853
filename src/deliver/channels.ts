/** The mail server of the operator. Alerts go through it by mail; without one there are no mail targets. */
export interface SmtpChannel {
  /** `smtp://user:password@host:port` or `smtps://…`; query parameters as nodemailer reads them. */
  readonly url: string;
  /** The address that mails come from, with or without a name. */
  readonly from: string;
}

/** Whom push services may ask about this server, and with which keys it signs (RFC 8292). */
export interface VapidChannel {
  /** `mailto:` or `https:`. */
  readonly subject: string;
  /** P-256, base64url without padding, as `generateVapidKeys` makes them. */
  readonly publicKey: string;
  readonly privateKey: string;
}

/** What the operator has set up besides HTTP and MQTT, which need nothing. */
export interface Channels {
  readonly smtp?: SmtpChannel;
  readonly vapid?: VapidChannel;
}
