import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalogue } from "./catalogue.ts";
import { decodeShare } from "./decode-share.ts";
import { isRefusal } from "./refusal.ts";

const devices = { devices: ["van"] };
const refused = (body: unknown): string => {
  const result = decodeShare(body);
  return isRefusal(result) ? result.detail : `accepted ${JSON.stringify(result)}`;
};

describe("decodeShare", () => {
  it("takes each kind, and everything that may be said of it", () => {
    expect(decodeShare({ what: devices })).toEqual({ name: "", what: devices, track: false });
    const all = {
      name: "Race",
      what: { trip: { device: "boat", from: "2026-05-01T10:00:00Z", to: 1_777_640_400_000 } },
      from: "2026-05-01T00:00:00+02:00",
      to: 1_777_700_000_000,
      track: true,
      delaySeconds: 900,
      blurMeters: 250,
      embed: [
        "https://example.org",
        "https://example.org",
        "http://localhost:3000",
        "https://[2001:db8::1]:8443",
      ],
    };
    expect(decodeShare(all)).toEqual({
      ...all,
      what: { trip: { device: "boat", from: 1_777_629_600_000, to: 1_777_640_400_000 } },
      from: 1_777_586_400_000,
      embed: ["https://example.org", "http://localhost:3000", "https://[2001:db8::1]:8443"],
    });
    expect(decodeShare({ what: { area: [170, -10, -170, 10] } })).toMatchObject({
      what: { area: [170, -10, -170, 10] },
    });
    expect(decodeShare({ what: { area: "port" }, from: null, embed: [] })).toEqual({
      name: "",
      what: { area: "port" },
      track: false,
    });
  });

  it.each([
    [[], "a share is an array"],
    [{}, "what is nothing"],
    [{ what: {} }, "what is an object; expected exactly one"],
    [{ what: { ...devices, groups: ["a"] } }, "expected exactly one"],
    [{ what: { fence: "a" } }, 'what has no "fence"'],
    [{ what: { devices: [] } }, "what.devices is an array of 0"],
    [
      { what: { devices: Array.from({ length: 101 }, (_, i) => `d${i}`) } },
      "array of 101; expected 1 to 100",
    ],
    [{ what: { devices: null } }, "what.devices is nothing"],
    [{ what: { area: [1, 2, 3] } }, "what.area is an array of 3"],
    [{ what: { area: [0, 10, 1, 5] } }, "what.area"],
    [{ what: { area: [0, 0, Number.NaN, 5] } }, "what.area"],
    [{ what: { trip: { device: "a", from: 1_777_640_400_000 } } }, "needs both from and to"],
    [{ what: { trip: { device: "a", from: 5, to: 9 } } }, "what.trip.from is 5"],
    [{ what: { trip: { device: "", from: 1, to: 2 } } }, "what.trip.device"],
    [
      { what: { trip: { device: "a", from: "2026-01-01T00:00:00Z", to: "2026-03-01T00:00:00Z" } } },
      "31 days",
    ],
    [{ what: devices, from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }, "to is not after from"],
    [{ what: devices, track: "yes" }, 'track is "yes"'],
    [{ what: devices, delaySeconds: 86_401 }, "delaySeconds is 86401"],
    [{ what: devices, blurMeters: 9 }, "blurMeters is 9"],
    [{ what: devices, views: 3 }, 'a share has no "views"'],
  ])("refuses %j", (body, detail) => {
    expect(refused(body)).toContain(detail);
  });

  it("[AC19] lets nothing into a policy but origins", () => {
    for (const origin of [
      "https://example.org/",
      "https://Example.org",
      "http://example.org",
      "https://*.example.org",
      "https://example.org; script-src *",
      "https://example.org 'unsafe-inline'",
      "https://a@b",
      "*",
      "'self'",
      "https://",
      "https://example.org:123456",
      "https://[::1]; x",
    ]) {
      expect(refused({ what: devices, embed: [origin] }), origin).toContain("embed[0]");
    }
    const text = fc.string({ unit: "binary-ascii" });
    fc.assert(
      fc.property(text, (tail) => {
        const result = decodeShare({ what: devices, embed: [`https://example.org${tail}`] });
        return isRefusal(result) || /^https:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(result.embed?.[0] ?? "");
      }),
    );
  });

  it("never throws, and refuses only with codes of the catalogue", () => {
    const codes = new Set<string>();
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (what, rest) => {
        for (const body of [what, { what }, { what: devices, from: rest, to: what, embed: rest }]) {
          const result = decodeShare(body);
          if (isRefusal(result)) codes.add(result.code);
        }
      }),
    );
    expect([...codes]).toEqual(["invalid_share"]);
    expect(catalogue.invalid_share.status).toBe(400);
  });
});
