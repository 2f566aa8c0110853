import type { ProblemBody } from "#wire";
import { byId } from "./dom.ts";

type Json = Readonly<Record<string, unknown>>;

/** Shows what has to do with passkeys where the browser knows them, at the one address that they are made for. */
export function offerPasskeys(): void {
  const offer = document.querySelector<HTMLElement>("[data-passkey]");
  if (offer?.dataset["passkey"] !== location.origin || !knowsPasskeys()) return;
  offer.hidden = false;
  document.getElementById("passkey-none")?.remove();
  if (offer instanceof HTMLFormElement) {
    offer.addEventListener("submit", (event) => {
      event.preventDefault();
      void during(offer, () => add(new FormData(offer)));
    });
  } else {
    offer.querySelector("button")?.addEventListener("click", () => void during(offer, signIn));
  }
}

const knowsPasskeys = (): boolean =>
  "PublicKeyCredential" in globalThis && "parseCreationOptionsFromJSON" in PublicKeyCredential;

/** Keeps the button from being pressed twice, and says what went wrong. */
async function during(offer: HTMLElement, act: () => Promise<void>): Promise<void> {
  const result = byId("passkey-result");
  const button = offer.querySelector("button");
  if (button) button.disabled = true;
  result.textContent = "";
  try {
    await act();
  } catch (error) {
    result.textContent = words(error);
  } finally {
    if (button) button.disabled = false;
  }
}

async function add(fields: FormData): Promise<void> {
  const name = fields.get("name");
  const proof = { current: fields.get("current"), code: fields.get("code") };
  const offered = await post("/api/account/passkeys/options", proof);
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    offered["options"] as PublicKeyCredentialCreationOptionsJSON,
  );
  const made = await navigator.credentials.create({ publicKey });
  await post("/api/account/passkeys", { key: offered["key"], name, response: jsonOf(made) });
  location.assign("/account/passkeys");
}

async function signIn(): Promise<void> {
  const options = await post("/sign-in/passkey/options", {});
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  const shown = await navigator.credentials.get({ publicKey });
  const { to } = await post(`/sign-in/passkey${location.search}`, { response: jsonOf(shown) });
  location.assign(typeof to === "string" ? to : "/");
}

function jsonOf(credential: Credential | null): unknown {
  if (credential instanceof PublicKeyCredential) return credential.toJSON();
  throw new Error("The browser gave no passkey");
}

async function post(path: string, body: Json): Promise<Json> {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const json: Json & Partial<ProblemBody> = await answer.json();
  if (answer.ok) return json;
  throw new Error(json.detail ?? `The server answered ${answer.status}`);
}

/** A refusal in a sentence; browsers say the same of who said no and of who had nothing to show. */
function words(error: unknown): string {
  if (error instanceof DOMException) {
    if (error.name === "NotAllowedError") return "Nothing was shown, or it took too long.";
    if (error.name === "InvalidStateError") return "This device has a passkey for here already.";
  }
  const text = error instanceof Error ? error.message : String(error);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}
