/** The little that the live room asks of a logger; a pino logger fits. */
export interface LiveLogger {
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
