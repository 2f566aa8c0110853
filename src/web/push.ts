import { ApiError, request } from "./api.ts";
import { byId } from "./dom.ts";

/** Lives at the root, so that it is this server's one worker, whatever page asks for it. */
const worker = "/push-worker.js";

/** Shows the button where the browser can be notified; pressed, it subscribes and makes a target of this browser. */
export function offerPush(): void {
  const button = byId("push-subscribe");
  if (!("serviceWorker" in navigator) || !("PushManager" in globalThis)) return;
  button.hidden = false;
  button.addEventListener("click", () => void subscribe());
}

async function subscribe(): Promise<void> {
  const result = byId("push-result");
  try {
    if ((await Notification.requestPermission()) !== "granted") {
      result.textContent = "The browser was not allowed to notify. Its settings for this site can allow it.";
      return;
    }
    const answer = await request("GET", "/api/push/key");
    const { publicKey }: { publicKey: string } = await answer.json();
    const registration = await navigator.serviceWorker.register(worker);
    await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: publicKey,
    });
    const { endpoint, keys } = subscription.toJSON();
    await request("POST", "/api/targets", {
      kind: "push",
      name: browserName(),
      subscription: { endpoint, keys },
    });
    location.assign("/targets");
  } catch (error) {
    result.textContent =
      error instanceof ApiError ? error.message : `The browser could not subscribe: ${words(error)}`;
  }
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What tells this browser from others at a glance: `Firefox on Android`. */
function browserName(): string {
  const agent = navigator.userAgent;
  const browser = ["Firefox", "Edg", "Chrome", "Safari"].find((name) => agent.includes(name));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac", "Linux"].find((name) =>
    agent.includes(name),
  );
  const name = browser === "Edg" ? "Edge" : (browser ?? "Browser");
  return system === undefined ? name : `${name} on ${system}`;
}
