import { lookup as lookUp, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction, type Socket } from "node:net";
import { promisify } from "node:util";
import { isPublicAddress } from "./addresses.ts";
import { Trouble } from "./trouble.ts";

/** All addresses of a host. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

const resolveAll = promisify(lookUp);

const systemResolve: Resolve = (host) => resolveAll(host, { all: true });

const REFUSED = "the host lies at a private address, and targets may not";

/** How a guard decides. */
export interface GuardOrder {
  /** Lets everything through. */
  readonly allowPrivateTargets: boolean;
  readonly resolve?: Resolve;
  readonly isPublic?: (address: string) => boolean;
}

/**
 * Keeps targets off the server's own network. A target's address is chosen by whoever may create one, and a server
 * often reaches what its users must not: its neighbours, itself, the metadata of its cloud. So a host is looked at
 * three times: as it is written, as it is resolved, and as the socket that is connected says.
 */
export class Guard {
  readonly #open: boolean;
  readonly #resolve: Resolve;
  readonly #isPublic: (address: string) => boolean;

  constructor({ allowPrivateTargets, resolve = systemResolve, isPublic = isPublicAddress }: GuardOrder) {
    this.#open = allowPrivateTargets;
    this.#resolve = resolve;
    this.#isPublic = isPublic;
  }

  /**
   * Why a host, as `URL.hostname` gives it, may not be a target; undefined when it may, or when only its addresses can
   * tell. Odd ways to write IPv4 (octal, hexadecimal, one number) have become ordinary ones there.
   */
  refusal(hostname: string): string | undefined {
    if (this.#open) return undefined;
    const host = hostname
      .replace(/^\[|\]$/g, "")
      .replace(/\.$/, "")
      .toLowerCase();
    if (isIP(host) !== 0) return this.#isPublic(host) ? undefined : REFUSED;
    return host === "localhost" || host.endsWith(".localhost") ? REFUSED : undefined;
  }

  /** Throws `Trouble` for a host that may not be a target. */
  check(hostname: string): void {
    const why = this.refusal(hostname);
    if (why !== undefined) throw new Trouble(why);
  }

  /** Looks a host up for a socket; gives only addresses that may be reached. */
  readonly lookup: LookupFunction = (host, options, callback) => void this.#answer(host, options, callback);

  /** Cuts a socket that was connected to an address that may not be reached, however it came there. */
  watch<Connected extends Socket>(socket: Connected): Connected {
    if (this.#open) return socket;
    // Registered before anything is written: what was to be sent is never sent.
    socket.once("connect", () => {
      if (!this.#isPublic(socket.remoteAddress ?? "")) socket.destroy(new Trouble(REFUSED));
    });
    return socket;
  }

  async #answer(...[host, options, callback]: Parameters<LookupFunction>): Promise<void> {
    let found: readonly LookupAddress[] = [];
    let trouble: Error = new Trouble(REFUSED);
    try {
      found = await this.#addressesOf(host, options.family);
    } catch (error) {
      trouble = error as Error;
    }
    const [first] = found;
    if (!first) callback(trouble, "", 0);
    else if (options.all === true) callback(null, [...found]);
    else callback(null, first.address, first.family);
  }

  async #addressesOf(host: string, family: number | string | undefined): Promise<readonly LookupAddress[]> {
    const wanted = family === "IPv4" ? 4 : family === "IPv6" ? 6 : Number(family ?? 0);
    const all = await this.#resolve(host);
    const may = this.#open ? all : all.filter(({ address }) => this.#isPublic(address));
    return wanted === 0 ? may : may.filter((one) => one.family === wanted);
  }
}
