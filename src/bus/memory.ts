import type { Bus, News } from "#ports";

/** A bus within one process: handlers are called at once, in the order of their subscription. */
export function createMemoryBus(): Bus {
  const handlers = new Set<(news: News) => void>();
  return {
    publish(news) {
      for (const handler of handlers) handler(news);
    },
    subscribe(handler) {
      // A wrapper of its own, so that the same function may be subscribed twice.
      const own = (news: News): void => handler(news);
      handlers.add(own);
      return () => void handlers.delete(own);
    },
  };
}
