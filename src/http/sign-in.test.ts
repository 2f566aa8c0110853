import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { SESSION_COOKIE } from "./cookie.ts";
import { hashSecret } from "./secrets.ts";
import { safeTarget } from "./safe-target.ts";
import { bearer, serve, type Served } from "./testing/serve.ts";

const form = { "content-type": "application/x-www-form-urlencoded", accept: "text/html" };
const navigate = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

const signIn = async (
  { server }: Served,
  token: string,
  headers: object = {},
  to: string = "",
): Promise<{
  status: number;
  location: string | undefined;
  cookie: string;
  text: string;
}> => {
  const answer = await server.inject({
    method: "POST",
    url: `/sign-in${to}`,
    headers: { ...form, ...headers },
    payload: `token=${encodeURIComponent(token)}`,
  });
  const cookie = answer.headers["set-cookie"];
  return {
    status: answer.statusCode,
    location: answer.headers.location,
    cookie: typeof cookie === "string" ? cookie : "",
    text: answer.body,
  };
};

const withLink = (served: Served, secret: string): void => {
  served.links.push({ hash: hashSecret(secret), workspace: "main", expiresAt: served.clock.now() + 60_000 });
};

describe("sign-in with a token", () => {
  it("opens a session that a script cannot read, and goes where the reader wanted", async () => {
    const served = serve();
    const { status, location, cookie } = await signIn(served, "view", {}, "?to=%2Fdevices%3Fa%3D1");
    expect(status).toBe(303);
    expect(location).toBe("/devices?a=1");
    expect(cookie).toMatch(/^whereabouts_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/);
    const headers = { cookie: cookie.split(";")[0]! };
    expect((await served.server.inject({ url: "/api/session", headers })).json()).toMatchObject({
      workspace: "main",
      scopes: ["view"],
      via: "session",
    });
  });

  it("ends with the token it was opened with", async () => {
    const served = serve();
    const { cookie } = await signIn(served, "view");
    const headers = { cookie: cookie.split(";")[0]! };
    expect((await served.server.inject({ url: "/api/session", headers })).statusCode).toBe(200);
    const revoked = await served.server.inject({
      method: "DELETE",
      url: "/api/tokens/token_view",
      headers: bearer("admin"),
    });
    expect(revoked.statusCode).toBe(204);
    expect((await served.server.inject({ url: "/api/session", headers })).statusCode).toBe(401);
  });

  it("shows the form again with what was wrong", async () => {
    const { status, text, cookie } = await signIn(serve(), "<script>");
    expect(status).toBe(401);
    expect(cookie).toBe("");
    expect(text).toContain('role="alert"');
    expect(text).not.toContain("<script>");
  });

  it("answers JSON to programs", async () => {
    const { server } = serve();
    const ask = { method: "POST", url: "/sign-in", headers: { accept: "application/json" } } as const;
    expect((await server.inject({ ...ask, payload: { token: "view" } })).json()).toMatchObject({
      scopes: ["view"],
    });
    const refused = await server.inject({ ...ask, payload: { token: "wrong" } });
    expect(refused.json()).toMatchObject({ code: "invalid_token" });
  });

  it("is not taken from other sites", async () => {
    expect((await signIn(serve(), "view", { origin: "https://evil.example" })).status).toBe(403);
    expect((await signIn(serve(), "view", { "sec-fetch-site": "cross-site" })).status).toBe(403);
  });

  it("is refused for a minute after ten wrong tokens from one address", async () => {
    const served = serve();
    for (let i = 0; i < 10; i++) expect((await signIn(served, `wrong${i}`)).status).toBe(401);
    const { server } = served;
    const answer = await server.inject({ method: "POST", url: "/sign-in", payload: { token: "view" } });
    expect(answer.statusCode).toBe(429);
    expect(answer.headers["retry-after"]).toBeDefined();
    served.clock.advance(60_000);
    expect((await signIn(served, "view")).status).toBe(303);
  });
});

describe("a sign-in that never ends", () => {
  it("is cut when it has been silent for 10 s", async () => {
    const { server } = serve();
    await server.listen({ port: 0, host: "127.0.0.1" });
    const begun = once(server.server, "request") as Promise<[IncomingMessage]>;
    const client = connect((server.server.address() as AddressInfo).port, "127.0.0.1");
    client.write(
      `POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: ${form["content-type"]}\r\nContent-Length: 99\r\n\r\ntok`,
    );
    const [{ socket }] = await begun;
    expect(socket.timeout).toBe(10_000);
    // What Node does once the time is over.
    socket.emit("timeout");
    client.resume();
    await once(client, "close");
    await server.close();
  });
});

describe("sign-in with a link", () => {
  it("works once, by a click in a browser", async () => {
    const served = serve();
    withLink(served, "abc");
    const click = await served.server.inject({ url: "/sign-in/abc", headers: navigate });
    expect(click.statusCode).toBe(303);
    expect(click.headers.location).toBe("/");
    const headers = { cookie: String(click.headers["set-cookie"]).split(";")[0]! };
    expect((await served.server.inject({ url: "/api/session", headers })).json()).toMatchObject({
      scopes: ["admin"],
    });
    const again = await served.server.inject({ url: "/sign-in/abc", headers: navigate });
    expect(again.statusCode).toBe(410);
    expect(again.json()).toMatchObject({ code: "sign_in_link_used" });
  });

  it("is not used up by a preview, a prefetch or a HEAD, which get a page with a button", async () => {
    const served = serve();
    withLink(served, "abc");
    for (const headers of [{}, { ...navigate, "sec-purpose": "prefetch" }]) {
      const preview = await served.server.inject({ url: "/sign-in/abc", headers });
      expect(preview.statusCode).toBe(200);
      expect(preview.body).toContain('action="/sign-in/abc"');
    }
    await served.server.inject({ method: "HEAD", url: "/sign-in/abc", headers: navigate });
    const button = await served.server.inject({ method: "POST", url: "/sign-in/abc" });
    expect(button.statusCode).toBe(303);
    expect(button.headers["set-cookie"]).toContain(SESSION_COOKIE);
  });

  it("leads to the map again for whoever it has signed in, and to the sign-in page for others", async () => {
    const served = serve();
    withLink(served, "abc");
    const browser = { ...navigate, accept: "text/html" };
    const click = await served.server.inject({ url: "/sign-in/abc", headers: browser });
    const cookie = String(click.headers["set-cookie"]).split(";")[0]!;
    const again = await served.server.inject({ url: "/sign-in/abc", headers: { ...browser, cookie } });
    expect([again.statusCode, again.headers.location]).toEqual([303, "/"]);
    for (const method of ["GET", "POST"] as const) {
      const other = await served.server.inject({ method, url: "/sign-in/abc", headers: browser });
      expect([other.statusCode, other.headers["content-type"]]).toEqual([410, "text/html; charset=utf-8"]);
      expect(other.body).toContain("the link was used");
      expect(other.body).toContain('action="/sign-in"');
    }
  });

  it("shows the button in the dress of the server's pages", async () => {
    const signInPage = ({ action, link }: { action: string; link?: boolean }): string =>
      `dressed ${action} ${String(link)}`;
    const preview = await serve({ signInPage }).server.inject({ url: "/sign-in/a%22b" });
    expect(preview.body).toBe("dressed /sign-in/a%22b true");
  });

  it("ends when its time is over", async () => {
    const served = serve();
    withLink(served, "abc");
    served.clock.advance(60_001);
    expect((await served.server.inject({ method: "POST", url: "/sign-in/abc" })).statusCode).toBe(410);
  });
});

describe("sign-out", () => {
  it("closes the session and forgets the cookie", async () => {
    const served = serve();
    const { cookie } = await signIn(served, "view");
    const headers = { cookie: cookie.split(";")[0]!, "sec-fetch-site": "same-origin" };
    const out = await served.server.inject({ method: "POST", url: "/sign-out", headers });
    expect(out.statusCode).toBe(303);
    expect(out.headers["set-cookie"]).toContain("Max-Age=0");
    expect(served.sessionRecords).toEqual([]);
    expect((await served.server.inject({ url: "/api/session", headers })).statusCode).toBe(401);
  });
});

describe("safeTarget", () => {
  it.each([
    ["/devices?x=1#y", "/devices?x=1"],
    ["//evil.example", "/"],
    [String.raw`/\evil.example`, "/"],
    ["/\t/evil.example", "/"],
    ["https://evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["/a/..//evil.example", "/"],
    ["/sign-in/abc", "/"],
    [undefined, "/"],
  ])("makes of %j the path %j", (to, expected) => {
    expect(safeTarget(to)).toBe(expected);
  });
});
