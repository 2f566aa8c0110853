import type { FastifyRequest } from "fastify";
import { Problem } from "#wire";
import type { HttpOptions } from "./options.ts";
import { isNotCrossSite } from "./same-origin.ts";
import { CodeNeeded } from "./sign-in-code.ts";

/** Runs `prove`, counting its refusals against the sender's address. Throws `cross_site` and `too_many_requests`. */
export const limited = async <Proof>(
  request: FastifyRequest,
  { publicUrl, lockOut: { addresses } }: Pick<HttpOptions, "publicUrl" | "lockOut">,
  prove: () => Promise<Proof>,
): Promise<Proof> => {
  if (!isNotCrossSite(request, publicUrl)) {
    throw new Problem("cross_site", "sign-ins are only taken from this server's own page");
  }
  addresses.check(request.ip);
  try {
    const proof = await prove();
    addresses.succeeded(request.ip);
    return proof;
  } catch (error) {
    // Half a sign-in is neither: who knows a password may not try codes for ever.
    const isWrong = error instanceof Problem && !error.temporary && !(error instanceof CodeNeeded);
    if (isWrong) addresses.failed(request.ip);
    throw error;
  }
};
