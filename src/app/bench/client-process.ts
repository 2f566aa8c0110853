/** A process of clients: takes orders from the bench that has forked it, one after the other. */
import { Crowd } from "./crowd.ts";
import type { Answer, Order } from "./orders.ts";

const crowd = new Crowd();

async function obey(order: Order): Promise<Answer> {
  switch (order.do) {
    case "open":
      await crowd.open(order);
      return {};
    case "count":
      crowd.count();
      return {};
    case "report":
      return { counts: crowd.report() };
    case "storm":
      return { ms: await crowd.storm() };
    case "close":
      crowd.close();
      break;
  }
  return {};
}

process.on("message", (order: Order) => {
  obey(order).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ error: String(error) } satisfies Answer),
  );
});
// Without the bench there is nobody to measure for.
process.on("disconnect", () => process.exit());
