/**
 * One entry on its way to the disk. Who was told "duplicate" of one of its positions waits for it: only then is the
 * original safe.
 */
export class Flight {
  /** Set once the entry is on disk; nobody needs to wait any more. */
  durable = false;
  /** Rejects when the log refused the entry, after its positions were taken back. */
  written: Promise<void> = Promise.resolve();
}
