import { expect, it } from "vitest";
import { shortCount } from "./crowd-words.ts";

it.each([
  [1, "1"],
  [999, "999"],
  [1_000, "1k"],
  [1_299, "1.2k"],
  [20_000, "20k"],
  [999_999, "999k"],
  [1_390_000, "1.3M"],
])("says %i in few characters, never too much", (count, words) => {
  expect(shortCount(count)).toBe(words);
});
