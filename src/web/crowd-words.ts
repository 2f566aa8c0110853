/** A count in at most four characters: `950`, `1.2k`, `20k`, `1.3M`; rounded down, so that it is never too much. */
export function shortCount(count: number): string {
  if (count < 1_000) return String(count);
  const [unit, sign] = count < 1_000_000 ? [1_000, "k"] : [1_000_000, "M"];
  const whole = count / unit;
  return `${whole < 10 ? Math.floor(whole * 10) / 10 : Math.floor(whole)}${sign}`;
}
