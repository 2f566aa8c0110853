import { destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "./settings.ts";

const STDERR = 2;

/** Structured lines on stderr; stdout is kept for people. */
export function createLogger(level: LogLevel): Logger {
  const options = { level, base: null, timestamp: stdTimeFunctions.isoTime };
  return pino(options, destination({ dest: STDERR, sync: true }));
}
