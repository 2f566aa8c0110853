/** The part of a logger that the flow uses; pino's fits. */
export interface FlowLogger {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}
