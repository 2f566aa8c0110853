/** Longest device or fence id, in UTF-16 code units. */
export const MAX_ID_LENGTH = 128;

/** Controls, lone surrogates, line separators and the marks that turn the direction of text. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069\uFEFF]/u;

/** Is every character one that a person can see? */
export const isPrintable = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) return !UNPRINTABLE.test(text);
  }
  return true;
};

/**
 * Is this a device or fence id? 1 to 128 printable characters, no space at either end (two ids that look the
 * same must be the same), and not "." or "..", which no URL can carry.
 */
export const isId = (text: string): boolean => {
  const length = text.length;
  if (length === 0 || length > MAX_ID_LENGTH) return false;
  if (text.charCodeAt(0) === 0x20 || text.charCodeAt(length - 1) === 0x20) return false;
  if (text === "." || text === "..") return false;
  return isPrintable(text);
};
