export type { BreakerState } from "./breaker.ts";
export type { Channels, SmtpChannel, VapidChannel } from "./channels.ts";
export { createDeliver, type Deliver, type DeliverOptions, type TestResult } from "./deliver.ts";
export type { DeliverFigures, TargetFigures } from "./figures.ts";
export type { DeliverLogger } from "./logger.ts";
export { createMailer, type Mail, type Mailer } from "./mailer.ts";
export type { Names } from "./message.ts";
export { generateVapidKeys } from "./push.ts";
export type { DeliverSettings } from "./settings.ts";
