/*
 * The service worker of this server: shows what web push brings, and opens the event it is about. It is one file at a
 * fixed address (`/push-worker.js`), because a browser that subscribed asks for it there ever after; it imports nothing.
 */

/** What the server sends; whatever is missing is left out. */
interface Message {
  readonly title?: unknown;
  readonly body?: unknown;
  /** The alert's id: a second copy replaces the first. */
  readonly tag?: unknown;
  /** Id of the event; absent in a test. */
  readonly event?: unknown;
}

interface Extendable {
  waitUntil(work: Promise<unknown>): void;
}

interface PushMessage extends Extendable {
  readonly data: { json(): unknown } | null;
}

interface NotificationClick extends Extendable {
  readonly notification: Notification;
}

/** What of a service worker is used here; the types of a page do not have it. */
interface Worker {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { openWindow(url: string): Promise<unknown> };
  addEventListener(type: "push", listener: (event: PushMessage) => void): void;
  addEventListener(type: "notificationclick", listener: (event: NotificationClick) => void): void;
}

const worker = globalThis as unknown as Worker;

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

function readMessage(event: PushMessage): Message {
  try {
    const value = event.data?.json();
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    // Not ours, or cut off; a push that shows nothing would be shown by the browser in words of its own.
    return {};
  }
}

worker.addEventListener("push", (event) => {
  const { title, body, tag, event: id } = readMessage(event);
  const to = textOf(id);
  const url = to === undefined ? "/events" : `/events/${encodeURIComponent(to)}`;
  event.waitUntil(
    worker.registration.showNotification(textOf(title) ?? "Whereabouts", {
      body: textOf(body) ?? "",
      tag: textOf(tag) ?? "",
      icon: "/favicon.svg",
      data: { url },
    }),
  );
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url }: { url?: unknown } = event.notification.data ?? {};
  event.waitUntil(worker.clients.openWindow(textOf(url) ?? "/events"));
});
