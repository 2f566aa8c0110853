import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Secret, TOTP } from "otpauth";
import type { CDPSession, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { startProvider } from "../src/http/testing/oidc-provider.ts";
import { launchChromium } from "./support/chromium.ts";
import { runCli, startServer, type TestServer } from "./support/server.ts";

const PASSWORD = "a long enough secret";

/** A port that nothing listens on: an address that has to be known before the server starts. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Invites somebody on the command line; answers the link. */
async function invite(server: TestServer, url: string, email: string): Promise<string> {
  const online = { WHEREABOUTS_URL: url, WHEREABOUTS_TOKEN: server.token };
  const { stdout, code } = await runCli(["user", "add", email], online);
  expect(code).toBe(0);
  return stdout.trim();
}

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
    const link = await invite(server, url, "kim@example.org");
    await using browser = await launchChromium();
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("console", (message) => {
      if (/Content.Security|Refused to/i.test(message.text())) problems.push(message.text());
    });
    page.on("pageerror", (error) => problems.push(error.message));
    const { cdp, authenticatorId } = await addAuthenticator(page);
    await page.goto(link);
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

describe("an authenticator", () => {
  it("[AC20] [AC23] lasts over a restart, stays out of the log, and is turned off in the data folder", async () => {
    await using server = await startServer({ args: ["--log-level", "debug"] });
    const link = await invite(server, server.url, "kim@example.org");
    let cookie = "";
    const post = async (path: string, fields: Record<string, string>) => {
      const answer = await fetch(new URL(path, server.url), {
        method: "POST",
        body: new URLSearchParams(fields),
        redirect: "manual",
        headers: { cookie, accept: "text/html", "sec-fetch-site": "same-origin" },
      });
      const [set] = answer.headers.getSetCookie();
      if (set !== undefined) [cookie = ""] = set.split(";");
      return { location: answer.headers.get("location"), text: await answer.text() };
    };
    await post(link, { name: "Kim", password: PASSWORD });
    const { text } = await post("/account/totp", { current: PASSWORD });
    const key = /name="key" value="([^"]+)"/.exec(text)?.[1] ?? "";
    const secret = /secret=([A-Z2-7]{32})/.exec(text)?.[1] ?? "";
    const codeIn = (steps: number): string =>
      TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() + steps * 30_000 });
    expect((await post("/account/totp/confirm", { key, code: codeIn(0) })).text).toContain("Recovery codes");
    await server.kill();
    await server.restart();
    const right = { email: "kim@example.org", password: PASSWORD };
    expect((await post("/sign-in", right)).location).toBe("/sign-in/code");
    expect((await post("/sign-in/code", { code: codeIn(1) })).location).toBe("/");
    expect(secret).toHaveLength(32);
    expect(server.output).not.toContain(secret);
    await server.stop();
    const off = ["user", "totp-off", "kim@example.org", "--data", server.folder];
    expect(await runCli(off)).toMatchObject({ code: 0, stderr: expect.stringContaining("is off") });
    expect(await runCli(off)).toMatchObject({ code: 1, stderr: expect.stringContaining("no authenticator") });
    await server.restart();
    expect((await post("/sign-in", right)).location).toBe("/");
    const { audit } = (await (await server.fetch("/api/audit?limit=1")).json()) as { audit: object[] };
    expect(audit).toMatchObject([{ action: "member.totp-off", by: "command line" }]);
  });
});

describe("a sign-in provider", () => {
  it("[AC27] signs in who is invited, in a browser, with the settings of the command line", async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const provider = await startProvider(`${url}/sign-in/provider/callback`);
    provider.who = { sub: "42", email: "kim@example.org", email_verified: true, name: "Kim" };
    const named = [
      "--oidc-issuer",
      provider.issuer.href,
      "--oidc-client-id",
      provider.clientId,
      "--oidc-name",
      "Example",
    ];
    await using server = await startServer({
      args: ["--port", String(port), "--public-url", url, ...named],
      env: { WHEREABOUTS_OIDC_CLIENT_SECRET: provider.clientSecret },
    });
    try {
      await invite(server, url, "kim@example.org");
      await using browser = await launchChromium();
      const page = await browser.newPage();
      await page.goto(`${url}/events`);
      await page.getByRole("link", { name: "Sign in with Example" }).click();
      await page.waitForURL(`${url}/events`);
      await page.goto(`${url}/account`);
      await page.getByText("kim@example.org").first().waitFor();
      expect(await page.locator("body").textContent()).toContain("Example");
    } finally {
      await provider.close();
    }
  });
});
