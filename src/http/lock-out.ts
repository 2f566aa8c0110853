import type { Clock } from "#ports";
import { Attempts } from "./attempts.ts";

/** Wrong codes that an account has in an hour: six digits are few for who knows the password and has time. */
const CODES = { most: 30, windowMs: 3_600_000 } as const;

/** Wrong attempts to get in, counted in one place whatever the way: sign-in, account page, API. */
export class LockOut {
  /** By the network address that tries. */
  readonly addresses: Attempts;
  /** By the mail address of the account: many addresses may try one. */
  readonly accounts: Attempts;
  /** Wrong codes, by the mail address of the account. */
  readonly codes: Attempts;

  constructor(clock: Pick<Clock, "now">) {
    this.addresses = new Attempts(clock);
    this.accounts = new Attempts(clock);
    this.codes = new Attempts(clock, CODES);
  }
}
