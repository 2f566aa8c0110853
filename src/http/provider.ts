import * as oidc from "openid-client";
import type { EpochMs, Milliseconds } from "#geo";
import type { Clock, PersonId } from "#ports";
import { Problem } from "#wire";
import { Pending } from "./pending.ts";
import { providerFailed, providerFetch } from "./provider-fetch.ts";

/** A sign-in provider (OpenID Connect), as the operator names it. */
export interface ProviderSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Absent for a public client, which PKCE alone protects. */
  readonly clientSecret?: string;
  /** What people call it. */
  readonly name: string;
}

/** What a browser that was sent to the provider comes back for. */
export interface Errand {
  /** Where it goes then. */
  readonly target: string;
  /** Whose account is to be linked, and the hash of the session that asked for it; else somebody signs in. */
  readonly link?: { readonly person: PersonId; readonly session: string };
}

/** Who somebody is at the provider. */
export interface ProviderAccount {
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string;
  /** Lower case; absent where there is none that the provider has verified. */
  readonly email?: string;
}

interface Flow extends Errand {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Browsers that are at the provider: of one address, of all; and for how long. */
const BOUNDS = { lasts: 600_000, most: 5000, mostOfOne: 100 } as const;
/** How long the provider's metadata holds, how long its failure is believed, and answers that are looked at at once. */
const [FRESH, FAILED, AT_ONCE]: readonly [Milliseconds, Milliseconds, number] = [3_600_000, 5000, 16];
const TIMEOUT_SECONDS = 10;

/** Path of this server that the provider sends browsers back to. */
export const CALLBACK = "/sign-in/provider/callback";

/** The operator's sign-in provider: sends browsers there, and reads what they bring back. */
export class Provider {
  readonly name: string;
  readonly issuer: string;
  readonly #settings: ProviderSettings;
  readonly #publicUrl: string;
  readonly #clock: Pick<Clock, "now">;
  readonly #flows: Pending<Flow>;
  #metadata: { readonly config: Promise<oidc.Configuration>; until: EpochMs } | undefined;
  #busy = 0;

  /** `publicUrl`: origin of this server, as the provider knows it. */
  constructor(settings: ProviderSettings, publicUrl: string, clock: Pick<Clock, "now">) {
    this.#settings = settings;
    this.#publicUrl = publicUrl;
    this.#clock = clock;
    this.#flows = new Pending(clock, BOUNDS);
    this.name = settings.name;
    this.issuer = settings.issuer.href;
  }

  /** How long a browser may be away. */
  get patience(): Milliseconds {
    return BOUNDS.lasts;
  }

  /**
   * Where a browser is to go, and the secret that it is known by when it comes back. `of`: the address or person that
   * asks. Throws `provider_failed`.
   */
  async begin(of: string, errand: Errand): Promise<{ readonly url: string; readonly secret: string }> {
    const config = await this.#config();
    const [state, nonce, verifier] = [oidc.randomState(), oidc.randomNonce(), oidc.randomPKCECodeVerifier()];
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: this.#publicUrl + CALLBACK,
      scope: "openid email profile",
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
    });
    if (!/^https?:$/.test(url.protocol)) throw providerFailed(`it signs people in at ${url.protocol}`);
    return { url: url.href, secret: this.#flows.put(of, { ...errand, state, nonce, verifier }) };
  }

  /**
   * What a browser brought back: its errand, once, and who it is at the provider. `path` is what it came with, query
   * included. Throws `provider_refused`, `provider_failed` and `overloaded`.
   */
  async finish(
    secret: string | undefined,
    path: string,
  ): Promise<Errand & { readonly account: ProviderAccount }> {
    if (this.#busy >= AT_ONCE) throw new Problem("overloaded", "too many sign-ins at once; try again");
    const flow = this.#flows.take(secret);
    if (flow === undefined)
      throw refused("this sign-in took too long, was used, or began in another browser");
    this.#busy += 1;
    try {
      return { ...flow, account: await this.#accountOf(flow, new URL(path, this.#publicUrl)) };
    } catch (error) {
      throw told(error);
    } finally {
      this.#busy -= 1;
    }
  }

  async #accountOf({ state, nonce, verifier }: Flow, url: URL): Promise<ProviderAccount> {
    const config = await this.#config();
    const tokens = await oidc.authorizationCodeGrant(config, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined || new URL(claims.iss).href !== this.issuer)
      throw refused("it is another issuer");
    // Many providers put no more than the subject into the token.
    const said: Readonly<Record<string, unknown>> =
      claims["email_verified"] === undefined && config.serverMetadata().userinfo_endpoint !== undefined
        ? await oidc.fetchUserInfo(config, tokens.access_token, claims.sub)
        : claims;
    const { email, email_verified: isVerified, name } = said;
    return {
      issuer: this.issuer,
      subject: claims.sub,
      ...(typeof name === "string" && { name }),
      ...(isVerified === true && typeof email === "string" && { email: email.trim().toLowerCase() }),
    };
  }

  /** The provider's metadata; looked up once for all who wait. */
  async #config(): Promise<oidc.Configuration> {
    const now = this.#clock.now();
    if (this.#metadata === undefined || this.#metadata.until <= now) {
      const metadata = { config: this.#discover(), until: now + FRESH };
      this.#metadata = metadata;
      metadata.config.catch(() => {
        metadata.until = now + FAILED;
      });
    }
    return await this.#metadata.config;
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#settings;
    try {
      const config = await oidc.discovery(issuer, clientId, clientSecret, authOf(clientSecret), {
        // Signatures are looked at although the token comes straight from the provider.
        execute: [
          oidc.enableNonRepudiationChecks,
          ...(issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : []),
        ],
        timeout: TIMEOUT_SECONDS,
        [oidc.customFetch]: providerFetch,
      });
      return config;
    } catch (error) {
      throw providerFailed("the provider's metadata cannot be read", error);
    }
  }
}

/** In the header unless the provider takes it in the body alone. */
const authOf = (secret: string | undefined): oidc.ClientAuth => {
  if (secret === undefined) return oidc.None();
  return (server, ...rest) => {
    const known = server.token_endpoint_auth_methods_supported ?? ["client_secret_basic"];
    const auth = known.includes("client_secret_basic") ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
    auth(secret)(server, ...rest);
  };
};

const refused = (detail: string, cause?: unknown): Problem =>
  new Problem("provider_refused", detail, { cause });

/** What went wrong is told in few words: answers of a provider may hold what nobody else is to see. */
const told = (error: unknown): Problem => {
  for (let at: unknown = error; at instanceof Error; at = at.cause) if (at instanceof Problem) return at;
  if (error instanceof oidc.AuthorizationResponseError) {
    return refused(`the provider said no: ${/^[\w.]{1,64}$/.exec(error.error)?.[0] ?? "an error"}`);
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  return refused("the provider's answer does not hold; begin again", new Error(code));
};
