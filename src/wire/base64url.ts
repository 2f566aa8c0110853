const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** base64url without padding of text in ASCII (RFC 4648, 5). Wire has no Buffer. */
export const toBase64url = (ascii: string): string => {
  let out = "";
  for (let i = 0; i < ascii.length; i += 3) {
    const left = ascii.length - i;
    const bits =
      (ascii.charCodeAt(i) << 16) |
      ((left > 1 ? ascii.charCodeAt(i + 1) : 0) << 8) |
      (left > 2 ? ascii.charCodeAt(i + 2) : 0);
    for (let shift = 18, n = Math.min(left, 3) + 1; n > 0; n--, shift -= 6)
      out += ALPHABET[(bits >> shift) & 63];
  }
  return out;
};

/** Back to ASCII; undefined for anything that `toBase64url` does not make. */
export const fromBase64url = (text: string): string | undefined => {
  let out = "";
  let bits = 0;
  let held = 0;
  for (const char of text) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    const byte = (bits >> held) & 0xff;
    if (byte > 0x7e) return undefined;
    out += String.fromCharCode(byte);
  }
  return toBase64url(out) === text ? out : undefined;
};
