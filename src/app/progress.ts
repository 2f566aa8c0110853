/** Where a command shows how far it is. */
export interface Progress {
  show(done: number, note: string): void;
  /** A line of its own that stays. */
  say(line: string): void;
  /** Ends the bar's line. */
  end(): void;
}

/** The part of a stream that is needed. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const BAR = 24;
const TTY_EVERY_MS = 100;
const PLAIN_EVERY_MS = 5_000;

/** A bar on a terminal, a line every five seconds elsewhere. */
export function progressOn(screen: Screen, total: number, now: () => number): Progress {
  let shownAt = Number.NEGATIVE_INFINITY;
  let open = false;
  const every = screen.isTTY === true ? TTY_EVERY_MS : PLAIN_EVERY_MS;
  const end = (): void => {
    if (open) screen.write("\n");
    open = false;
  };
  return {
    show(done, note) {
      if (now() - shownAt < every && done < total) return;
      shownAt = now();
      const share = total === 0 ? 1 : done / total;
      const text = `${String(Math.floor(share * 100)).padStart(3)} %  ${done}/${total}  ${note}`;
      if (screen.isTTY !== true) {
        screen.write(`${text}\n`);
        return;
      }
      const full = Math.round(share * BAR);
      const line = `${"█".repeat(full)}${"░".repeat(BAR - full)} ${text}`;
      screen.write(`\r${line.slice(0, (screen.columns ?? 80) - 1)}\u001B[K`);
      open = true;
    },
    say(line) {
      end();
      screen.write(`${line}\n`);
    },
    end,
  };
}
