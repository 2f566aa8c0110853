import type { CDPSession, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { launchChromium } from "./support/chromium.ts";
import { runCli, startServer } from "./support/server.ts";

const PASSWORD = "a long enough secret";

/** An authenticator of Chromium's own that says yes. */
async function addAuthenticator(page: Page): Promise<{ cdp: CDPSession; authenticatorId: string }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
}

describe("a passkey", () => {
  it("[AC25] [AC26] is added and signs in, in a browser; a copy of it, and a tampered answer, are refused", async () => {
    await using server = await startServer();
    const url = server.url.replace("127.0.0.1", "localhost");
    const { stdout } = await runCli(["user", "add", "kim@example.org"], {
      WHEREABOUTS_URL: url,
      WHEREABOUTS_TOKEN: server.token,
    });
    await using browser = await launchChromium();
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (/Content.Security|Refused to/i.test(message.text())) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    const { cdp, authenticatorId } = await addAuthenticator(page);
    await page.goto(stdout.trim());
    await page.getByLabel("Name").fill("Kim");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Join" }).click();
    await page.waitForURL(`${url}/`);

    await page.goto(`${url}/account/passkeys`);
    await page.getByLabel("What you call it").fill("Kim’s phone");
    await page.getByLabel("Your password").fill("not the right one");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByText("Current is not the present password.").waitFor();
    await page.getByLabel("Your password").fill(PASSWORD);
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("heading", { name: "Kim’s phone" }).waitFor();
    const { credentials } = await cdp.send("WebAuthn.getCredentials", { authenticatorId });
    const [credential] = credentials;
    expect(credential).toMatchObject({ isResidentCredential: true, rpId: "localhost" });

    const out = async (): Promise<void> => {
      await page.goto(`${url}/account`);
      await page.getByRole("button", { name: "Sign out" }).first().click();
      await page.waitForURL(/sign-in/);
    };
    const button = page.getByRole("button", { name: "Sign in with a passkey" });
    await out();
    await page.goto(`${url}/sign-in?to=%2Fevents`);
    await button.click();
    await page.waitForURL(`${url}/events`);

    await out();
    await page.route("**/sign-in/passkey", async (route) => {
      const { response } = route.request().postDataJSON() as {
        response: { response: { signature: string } };
      };
      const { signature } = response.response;
      const swapped = signature.at(-8) === "A" ? "B" : "A";
      response.response.signature = signature.slice(0, -8) + swapped + signature.slice(-7);
      await route.continue({ postData: JSON.stringify({ response }) });
    });
    await button.click();
    await page.getByText("This passkey does not sign anybody in here").waitFor();
    await page.unroute("**/sign-in/passkey");
    await button.click();
    await page.waitForURL(`${url}/`);

    // A copy has the key, and counts from where it was made.
    await out();
    await cdp.send("WebAuthn.clearCredentials", { authenticatorId });
    await cdp.send("WebAuthn.addCredential", {
      authenticatorId,
      credential: { ...credential!, signCount: 1 },
    });
    await button.click();
    await page.getByText("This passkey does not sign anybody in here").waitFor();
    expect(page.url()).toContain("/sign-in");

    // At another name of the same server the browser has no such passkey: nothing is offered.
    await page.goto(`${server.url}/sign-in`);
    await page.waitForLoadState("networkidle");
    expect(await button.isVisible()).toBe(false);
    expect(problems).toEqual([]);
  });
});
