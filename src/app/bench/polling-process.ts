/** A process of viewers who poll: takes orders from the bench that has forked it, one after the other. */
import { type PollAnswer, Pollers, type PollOrder } from "./pollers.ts";

let pollers: Pollers | undefined;

function obey(order: PollOrder): PollAnswer {
  if (order.do === "poll") pollers = new Pollers(order);
  else if (order.do === "count") pollers?.count();
  else if (pollers !== undefined) return { counts: pollers.report() };
  return {};
}

process.on("message", (order: PollOrder) => {
  let answer: PollAnswer;
  try {
    answer = obey(order);
  } catch (error) {
    answer = { error: String(error) };
  }
  process.send?.(answer);
});
// Without the bench there is nobody to measure for.
process.on("disconnect", () => process.exit());
