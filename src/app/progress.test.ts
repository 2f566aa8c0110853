import { describe, expect, it } from "vitest";
import { progressOn } from "./progress.ts";

function screen(isTTY: boolean) {
  let text = "";
  return {
    isTTY,
    columns: 60,
    write: (more: string) => {
      text += more;
    },
    get text() {
      return text;
    },
  };
}

describe("progress", () => {
  it("draws one bar over itself on a terminal, and keeps what is said", () => {
    const out = screen(true);
    let now = 0;
    const progress = progressOn(out, 200, () => now);
    progress.show(50, "a");
    progress.show(60, "too soon to be drawn");
    now = 200;
    progress.show(100, "half");
    progress.say("waiting");
    progress.show(200, "the end is always drawn, and never wider than the terminal");
    progress.end();
    const lines = out.text.split(/[\r\n]/).map((line) => line.replace("\u001B[K", ""));
    expect(lines).toEqual([
      "",
      `${"█".repeat(6)}${"░".repeat(18)}  25 %  50/200  a`,
      `${"█".repeat(12)}${"░".repeat(12)}  50 %  100/200  half`,
      "waiting",
      "",
      `${"█".repeat(24)} 100 %  200/200  the end is always `,
      "",
    ]);
  });

  it("writes a line now and then elsewhere", () => {
    const out = screen(false);
    let now = 0;
    const progress = progressOn(out, 100, () => now);
    for (let done = 1; done <= 100; done += 1) {
      progress.show(done, "x");
      now += 200;
    }
    progress.end();
    expect(out.text.split("\n")).toEqual([
      "  1 %  1/100  x",
      " 26 %  26/100  x",
      " 51 %  51/100  x",
      " 76 %  76/100  x",
      "100 %  100/100  x",
      "",
    ]);
  });
});
