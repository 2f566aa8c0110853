/** The part of a logger that this room uses; pino's fits. Neither addresses nor secrets are ever given to it. */
export interface DeliverLogger {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
