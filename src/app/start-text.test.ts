import { describe, expect, it } from "vitest";
import { isLoopback } from "./loopback.ts";
import { startText } from "./start-text.ts";

const lan = ["192.168.1.5", "10.0.0.7"];

describe("the start-up text", () => {
  it("is one line when there is nothing to say but the address", () => {
    const started = { secure: false, host: "127.0.0.1", port: 8080 };
    expect(startText(started, lan)).toEqual(["listening on http://127.0.0.1:8080"]);
  });

  it("shows a sign-in link under the address that people use", () => {
    const started = { secure: true, host: "::1", port: 9, signIn: "/sign-in/abc" };
    expect(startText(started, lan)).toContain("  https://[::1]:9/sign-in/abc");
    const publicUrl = new URL("https://map.example.org/");
    expect(startText({ ...started, publicUrl }, lan)).toContain("  https://map.example.org/sign-in/abc");
  });

  it("names every address that a phone can use, and how", () => {
    const lines = startText({ secure: false, host: "0.0.0.0", port: 8080, signIn: "/sign-in/abc" }, lan);
    expect(lines).toContain("  http://127.0.0.1:8080/sign-in/abc");
    expect(lines).toContain("  http://192.168.1.5:8080");
    expect(lines).toContain("  http://10.0.0.7:8080");
    expect(lines.join("\n")).toContain("/osmand?token=TOKEN");
    expect(lines.at(-1)).toBe("listening on http://0.0.0.0:8080");
    const one = startText({ secure: false, host: "192.168.1.5", port: 8080 }, lan);
    expect(one).toContain("  http://192.168.1.5:8080");
    expect(one.join("\n")).not.toContain("10.0.0.7");
  });
});

describe("loopback", () => {
  it("is what only this machine reaches", () => {
    for (const host of ["127.0.0.1", "127.3.2.1", "localhost", "::1"])
      expect(isLoopback(host), host).toBe(true);
    for (const host of ["0.0.0.0", "::", "192.168.1.5", "127.0.0.1.example.org", "map.example.org"]) {
      expect(isLoopback(host), host).toBe(false);
    }
  });
});
