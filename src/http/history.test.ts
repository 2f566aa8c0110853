import { SaxesParser } from "saxes";
import { describe, expect, it } from "vitest";
import type { Fix } from "#wire";
import { csvCell } from "./export-csv.ts";
import { escapeXml } from "./export-gpx.ts";
import { bearer, serve, type Served } from "./testing/serve.ts";

const start = Date.UTC(2026, 3, 1);
const id = 'van "7" <&>/=';
const url = `/api/devices/${encodeURIComponent(id)}/positions`;

const withFixes = (count: number, change: (n: number) => Partial<Fix> = () => ({})): Served => {
  const served = serve();
  served.deviceMap.set(id, { createdAt: 0, status: { workspace: "main", device: id, inside: [] } });
  for (let n = 0; n < count; n++) {
    served.fixes.push({ device: id, time: start + n * 1000, lon: 7 + n / 1e5, lat: 43, ...change(n) });
  }
  return served;
};

const get = async (
  { server }: Served,
  query: string,
): Promise<{ text: string; headers: Record<string, unknown>; status: number }> => {
  const answer = await server.inject({ url: `${url}?${query}`, headers: bearer("view") });
  return { text: answer.body, headers: answer.headers, status: answer.statusCode };
};

/** Names of the elements in their order; throws when it is not well-formed XML. */
const elements = (xml: string): string[] => {
  const names: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("opentag", ({ name }) => names.push(name));
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  return names;
};

describe("/api/devices/{id}/positions", () => {
  it("gives JSON in pages that meet without a gap", async () => {
    const served = withFixes(25);
    const times: string[] = [];
    let query = "limit=10";
    for (let next: string | null = ""; next !== null; query = `limit=10&after=${next}`) {
      const page = JSON.parse((await get(served, query)).text) as {
        positions: { time: string }[];
        next: string | null;
      };
      times.push(...page.positions.map(({ time }) => time));
      next = page.next;
    }
    expect(times).toHaveLength(25);
    expect(new Set(times).size).toBe(25);
  });

  it("keeps to from and to, both inclusive, in RFC 3339 or milliseconds", async () => {
    const served = withFixes(25);
    const query = `from=${start + 5000}&to=2026-04-01T02:00:10%2B02:00`;
    const { positions } = JSON.parse((await get(served, query)).text) as { positions: { time: string }[] };
    expect(positions).toHaveLength(6);
    expect(positions[0]?.time).toBe("2026-04-01T00:00:05.000Z");
  });

  it("writes a span longer than a page of the history as one GPX, with a segment for each stretch", async () => {
    const served = withFixes(12_000, (n) =>
      n < 7000 ? {} : { time: start + n * 1000 + 301_000, altitude: 5, speed: 2 },
    );
    const { text, headers } = await get(served, "format=gpx");
    expect(headers["content-type"]).toBe("application/gpx+xml; charset=utf-8");
    expect(headers["content-disposition"]).toBe('attachment; filename="van_7_.gpx"');
    const names = elements(text);
    expect(names.filter((name) => name === "trkpt")).toHaveLength(12_000);
    expect(names.filter((name) => name === "trkseg")).toHaveLength(2);
    expect(text).toContain("<name>van &quot;7&quot; &lt;&amp;&gt;/=</name>");
  });

  it("leaves outliers out of GPX, and makes a valid file of nothing", async () => {
    const served = withFixes(3, (n) => (n === 1 ? { outlier: true } : {}));
    expect(elements((await get(served, "format=gpx")).text).filter((name) => name === "trkpt")).toHaveLength(
      2,
    );
    expect(elements((await get(withFixes(0), "format=gpx")).text)).toEqual(["gpx", "trk", "name"]);
  });

  it("writes CSV that no spreadsheet runs", async () => {
    const served = withFixes(2, () => ({ attributes: { note: '=1+1,"x"' }, speed: -0 }));
    const { text } = await get(served, "format=csv");
    const [header, first] = text.split("\r\n");
    expect(header).toBe("device,time,lon,lat,altitude,speed,course,accuracy,outlier,attributes");
    expect(first).toBe(
      '"van ""7"" <&>/=",2026-04-01T00:00:00.000Z,7,43,,0,,,false,"{""note"":""=1+1,\\""x\\""""}"',
    );
    expect(["=1", "+1", "-1", "@x", "\tx"].map(csvCell)).toEqual(["'=1", "'+1", "'-1", "'@x", "'\tx"]);
  });

  it("writes GeoJSON in the form that POST /api/positions takes", async () => {
    const { text } = await get(
      withFixes(6000, () => ({ altitude: 9 })),
      "format=geojson",
    );
    const { features } = JSON.parse(text) as { features: unknown[] };
    expect(features).toHaveLength(6000);
    expect(features[0]).toEqual({
      type: "Feature",
      geometry: { type: "Point", coordinates: [7, 43, 9] },
      properties: { device: id, time: "2026-04-01T00:00:00.000Z" },
    });
    expect(JSON.parse((await get(withFixes(0), "format=geojson")).text)).toEqual({
      type: "FeatureCollection",
      features: [],
    });
  });

  it("takes no more than limit of a file", async () => {
    expect((await get(withFixes(50), "format=csv&limit=10")).text.trim().split("\r\n")).toHaveLength(11);
  });

  it("names what is wrong", async () => {
    for (const [query, code] of [
      ["format=kml", "invalid_parameter"],
      ["from=7&to=6", "invalid_parameter"],
      ["after=x", "invalid_cursor"],
    ] as const) {
      expect(JSON.parse((await get(withFixes(1), query)).text)).toMatchObject({ code });
    }
    const { server } = serve();
    const answer = await server.inject({ url: "/api/devices/none/positions", headers: bearer("view") });
    expect(answer.json()).toMatchObject({ code: "unknown_device" });
  });
});

describe("escapeXml", () => {
  it("drops what XML 1.0 cannot hold", () => {
    expect(escapeXml("a\u0000b\u000Bc\uFFFE\u{1F68C}'")).toBe("abc\u{1F68C}&apos;");
  });
});
