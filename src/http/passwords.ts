import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { Problem } from "#wire";

/** Argon2id as the OWASP Password Storage Cheat Sheet asks for at least: 19 MiB, two passes, one lane. */
const [MEMORY_KIB, PASSES, LANES] = [19_456, 2, 1];
const [SALT_BYTES, HASH_BYTES] = [16, 32];

/** Length of a password in UTF-16 units; NIST SP 800-63B asks for eight and for no rules about its letters. */
export const PASSWORD_LENGTH = { least: 10, most: 256 } as const;

/** Hashes made at once, 19 MiB each, and those that may wait for their turn. */
const [AT_ONCE, WAITING] = [2, 64];

const derive = promisify(argon2);

let busy = 0;
const queue: (() => void)[] = [];

/** Waits for a turn; throws `overloaded` when too many wait already. */
const takeTurn = async (): Promise<void> => {
  if (busy < AT_ONCE) {
    busy += 1;
    return;
  }
  if (queue.length >= WAITING) throw new Problem("overloaded", "too many sign-ins at once; try again");
  await new Promise<void>((resolve) => void queue.push(resolve));
};

const endTurn = (): void => {
  const next = queue.shift();
  if (next === undefined) busy -= 1;
  else next();
};

interface Cost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

const hash = async (password: string, salt: Buffer, length: number, cost: Cost): Promise<Buffer> => {
  await takeTurn();
  try {
    // The same letters may be composed or not, depending on the keyboard: NFC makes them equal.
    const message = Buffer.from(password.normalize("NFC"), "utf8");
    return await derive("argon2id", { message, nonce: salt, tagLength: length, ...cost });
  } finally {
    endTurn();
  }
};

const base64 = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");

/** Hashes a password into the PHC string format. Throws `overloaded`. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const cost = { memory: MEMORY_KIB, passes: PASSES, parallelism: LANES };
  const digest = await hash(password, salt, HASH_BYTES, cost);
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(salt)}$${base64(digest)}`;
};

const PHC = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

/** A hash of nothing anybody knows: who has no account costs as long to refuse as who has one. */
const NOBODY = `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${base64(Buffer.alloc(SALT_BYTES))}$${base64(Buffer.alloc(HASH_BYTES))}`;

/** Is it the password of this PHC string? Without a string it never is, and takes as long. Throws `overloaded`. */
export const verifyPassword = async (password: string, stored: string | undefined): Promise<boolean> => {
  const parts = PHC.exec(stored ?? NOBODY);
  if (parts === null) return false;
  const [, memory, passes, parallelism, salt = "", digest = ""] = parts;
  const expected = Buffer.from(digest, "base64");
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const given = await hash(password, Buffer.from(salt, "base64"), expected.length, cost);
  return timingSafeEqual(given, expected) && stored !== undefined;
};

/** A password that somebody chooses. Throws `invalid_field` that says what is wrong with it. */
export const readNewPassword = (value: unknown, email: string): string => {
  const { least, most } = PASSWORD_LENGTH;
  if (typeof value !== "string" || value.length < least || value.length > most) {
    throw new Problem(
      "invalid_field",
      `password has the wrong length; expected ${least} to ${most} characters`,
    );
  }
  if (value.toLowerCase() === email) {
    throw new Problem("invalid_field", "password is the mail address; expected something nobody knows");
  }
  return value;
};
