/** What draining needs of a logger. */
interface Notes {
  info(message: string): void;
  error(fields: object, message: string): void;
}

/** Longer than any request may take; what is not done by then is cut off. */
const PATIENCE_MS = 20_000;
const signals = { SIGINT: 130, SIGTERM: 143 } as const;
/** Ctrl-C under npm arrives twice, from the terminal and from npm; only a later one is somebody's second thought. */
const ECHO_MS = 500;

/**
 * Waits for SIGINT or SIGTERM, then closes; answers 0 when that went well, 1 when it failed or took too long.
 * Another signal, half a second later or more, ends the process at once.
 */
export async function untilSignal(close: () => Promise<void>, notes: Notes): Promise<number> {
  const stop = Promise.withResolvers<undefined>();
  let asked: number | undefined;
  const handlers = Object.entries(signals).map(([signal, code]) => {
    const handler = (): void => {
      if (asked !== undefined && performance.now() - asked > ECHO_MS) process.exit(code);
      asked ??= performance.now();
      stop.resolve(undefined);
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  // Timers and sockets of a server keep the process alive; this keeps it so even if there were none.
  const alive = setInterval(() => {}, 2 ** 30);
  await stop.promise;
  clearInterval(alive);
  notes.info("stopping; a second signal ends at once");
  const tooLong = setTimeout(() => {
    notes.error({}, `not stopped after ${PATIENCE_MS / 1000} s; ending anyway`);
    process.exit(1);
  }, PATIENCE_MS);
  try {
    await close();
    return 0;
  } catch (error) {
    notes.error({ err: error }, "could not stop in order");
    return 1;
  } finally {
    clearTimeout(tooLong);
    for (const remove of handlers) remove();
  }
}
