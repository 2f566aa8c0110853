import type { Surroundings } from "./surroundings.ts";
import { replay, type ReplayOrder } from "./replay.ts";

/** `whereabouts replay` and `import`: plays the file, ends on Ctrl-C, and says what became of it. */
export async function playFile(
  order: Omit<ReplayOrder, "screen" | "signal">,
  around: Surroundings,
): Promise<number> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const result = await replay({ ...order, screen: around.stderr, signal: stop.signal });
    const { sent, accepted, duplicate, rejected, unreadable } = result;
    const left = unreadable === 0 ? "" : `, ${unreadable} unreadable in the file`;
    around.stdout.write(
      `sent ${sent}: accepted ${accepted}, duplicate ${duplicate}, rejected ${rejected}${left}\n`,
    );
    return 0;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    around.stderr.write("stopped before the end of the file\n");
    return 130;
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}
