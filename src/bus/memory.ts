import type { Bus, News } from "#ports";

/** The part of a logger that the bus uses; pino's fits. */
export interface BusLogger {
  error(details: object, message: string): void;
}

/**
 * A bus within one process: handlers are called at once, in the order of their subscription. One that throws, though
 * handlers must not, does not keep the news from the others: the error is logged, or thrown at the end without a logger.
 */
export function createMemoryBus(logger?: BusLogger): Bus {
  const handlers = new Set<(news: News) => void>();
  return {
    publish(news) {
      const errors: unknown[] = [];
      for (const handler of handlers) {
        try {
          handler(news);
        } catch (err) {
          if (logger === undefined) errors.push(err);
          else logger.error({ err, kind: news.kind }, "a subscriber of the bus failed");
        }
      }
      if (errors.length > 0) throw new AggregateError(errors, `subscribers failed on ${news.kind}`);
    },
    subscribe(handler) {
      // A wrapper of its own, so that the same function may be subscribed twice.
      const own = (news: News): void => handler(news);
      handlers.add(own);
      return () => void handlers.delete(own);
    },
  };
}
