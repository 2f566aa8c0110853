import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import OidcProvider, { type Configuration } from "oidc-provider";

/** Somebody with an account at the provider. */
export interface Account {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: boolean;
  readonly name?: string;
}

/** What an answer of the provider looks like, for a test to change. */
export interface ProviderAnswer {
  readonly path: string;
  /** Without its question mark. */
  readonly querystring: string;
  status: number;
  body: unknown;
  redirect(to: string): void;
}

/** A real OpenID provider on loopback, at which everybody is signed in as `who`. */
export interface TestProvider {
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  who: Account;
  /** Changes answers on their way out. */
  meddle: ((answer: ProviderAnswer) => void) | undefined;
  /** Goes where a browser was sent, and answers the path and query of this server that it is sent back to. */
  visit(url: string): Promise<string>;
  close(): Promise<void>;
}

const [CLIENT, SECRET] = ["whereabouts", "the secret of whereabouts at the provider"];

const configuration = (redirectUri: string, account: () => Account): Configuration => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return {
    clients: [
      {
        client_id: CLIENT,
        client_secret: SECRET,
        redirect_uris: [redirectUri],
        id_token_signed_response_alg: "ES256",
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), kid: "k", use: "sig", alg: "ES256" }] },
    cookies: { keys: ["a key of the tests"] },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    features: { devInteractions: { enabled: false } },
    ttl: { AccessToken: 600, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
    pkce: { required: () => true },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...account(), sub }) }),
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    // Whoever is signed in has said yes to everything.
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({
        clientId: oidc.client?.clientId ?? "",
        accountId: oidc.session?.accountId ?? "",
      });
      grant.addOIDCScope("openid email profile");
      await grant.save();
      return grant;
    },
  };
};

/** Starts one that knows this server by the address that it sends browsers back to. */
export const startProvider = async (redirectUri: string): Promise<TestProvider> => {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new OidcProvider(
    origin,
    configuration(redirectUri, () => test.who),
  );
  provider.use(async (context, next) => {
    if (context.path.startsWith("/interaction/")) {
      const result = { login: { accountId: test.who.sub } };
      await provider.interactionFinished(context.req, context.res, result);
      context.respond = false;
      return;
    }
    await next();
    test.meddle?.(context as ProviderAnswer);
  });
  const answer = provider.callback();
  server.on("request", (request, response) => void answer(request, response));
  const test: TestProvider = {
    issuer: new URL(origin),
    clientId: CLIENT,
    clientSecret: SECRET,
    who: { sub: "1" },
    meddle: undefined,
    visit: async (url) => {
      const cookies = new Map<string, string>();
      for (let at = url; ;) {
        const cookie = [...cookies].map((pair) => pair.join("=")).join("; ");
        const answer = await fetch(at, { redirect: "manual", headers: { cookie } });
        await answer.body?.cancel();
        for (const line of answer.headers.getSetCookie()) {
          const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
          cookies.set(name, value);
        }
        const location = answer.headers.get("location");
        if (location === null) throw new Error(`${at} answered ${answer.status} and leads nowhere`);
        const next = new URL(location, at);
        if (next.origin !== origin) return next.pathname + next.search;
        at = next.href;
      }
    },
    close: async () => {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return test;
};
