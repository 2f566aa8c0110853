import type { FastifyRequest } from "fastify";
import type { HttpOptions, SignInPage } from "./options.ts";
import { relyingParty } from "./relying-party.ts";
import { plainSignInPage } from "./sign-in-page.ts";

/** HTML of the sign-in page with every way in that this server has. `target` is where to go afterwards. */
export const signInView = (
  request: FastifyRequest,
  options: HttpOptions,
  page: Partial<SignInPage>,
  target = "/",
): string => {
  const { mail, publicUrl, provider, signInPage = plainSignInPage } = options;
  const to = target === "/" ? "" : `?to=${encodeURIComponent(target)}`;
  const party = relyingParty(request, publicUrl);
  return signInPage({
    action: `/sign-in${to}`,
    mails: mail !== undefined && publicUrl !== undefined,
    ...(party && { passkeyOrigin: party.origin }),
    ...(provider && { provider: { name: provider.name, href: `/sign-in/provider${to}` } }),
    ...page,
  });
};
