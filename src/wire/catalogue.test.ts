import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { Problem } from "./problem.ts";

const docs = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
const rows = [...docs.matchAll(/^\| `(\w+)` \| (\d{3}) \| (yes|no) \|/gm)];

describe("catalogue", () => {
  it("holds the same codes, in the same order, as docs/errors.md", () => {
    expect(rows.map(([, code]) => code)).toEqual(Object.keys(catalogue));
  });

  it("has the status and the retry that docs/errors.md tells", () => {
    for (const [, code, status, again] of rows) {
      const entry = catalogue[code as keyof typeof catalogue];
      expect({ code, status: entry.status, temporary: entry.temporary }).toEqual({
        code,
        status: Number(status),
        temporary: again === "yes",
      });
    }
  });

  it("is what a problem says", () => {
    expect(new Problem("invalid_time", "time is 7").toBody()).toEqual({
      type: "/docs/errors#invalid_time",
      title: catalogue.invalid_time.title,
      status: 400,
      code: "invalid_time",
      detail: "time is 7",
    });
  });
});
