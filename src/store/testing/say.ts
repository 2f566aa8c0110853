import { writeSync } from "node:fs";

/** Writes to stdout at once, also when whoever reads is busy for a moment: the pipe does not wait by itself. */
export function say(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
