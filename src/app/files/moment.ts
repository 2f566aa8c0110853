const zoned = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})$/;
const unzoned = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/;

/** Epoch numbers below this are seconds: as milliseconds they would lie before March 1973. */
const SECONDS_BELOW = 1e11;

/**
 * Epoch milliseconds of a time as files write it: RFC 3339, the same without a zone (then UTC), epoch seconds
 * or milliseconds. Undefined for anything else.
 */
export function parseMoment(text: string): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) {
    const number = Number(trimmed);
    return Math.round(number < SECONDS_BELOW ? number * 1000 : number);
  }
  const iso = trimmed.replace(" ", "T");
  if (zoned.test(trimmed)) return valid(Date.parse(iso));
  if (unzoned.test(trimmed)) return valid(Date.parse(`${iso}Z`));
  return undefined;
}

function valid(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}
