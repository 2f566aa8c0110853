import { describe, expect, it } from "vitest";
import { devicePanel } from "./device-panel.ts";
import type { Frame } from "./document.ts";
import { eventItem } from "./event-feed.ts";
import { mapPage } from "./map-page.ts";
import { signInPage } from "./sign-in-pages.ts";
import { eventRow } from "./views.ts";

const hostile = `"><script>alert(1)</script>`;
const frame: Frame = {
  title: hostile,
  assets: { script: "/a.js", styles: ["/a.css"], preload: [] },
  theme: "auto",
};
const status = { workspace: "main", device: hostile, inside: [] };
const event = eventRow(
  { id: "e1", type: "enter", device: hostile, fence: hostile, time: 1_000, lon: 1, lat: 2, reason: "first" },
  { fence: hostile },
);

const page = mapPage(frame, {
  now: 5_000,
  origin: "http://localhost",
  tab: "devices",
  devices: [{ id: hostile, name: hostile, icon: hostile, time: 1_000, speed: 3 }],
  deviceCount: 1,
  fences: [{ id: hostile, name: hostile, shape: "Polygon" }],
  events: [event],
  selected: {
    device: { createdAt: 0, name: hostile, icon: hostile, status },
    events: [event],
    inside: [hostile],
    editable: true,
  },
  editable: true,
});

describe("pages", () => {
  it("hold no markup that came from a name, and no inline script or style", () => {
    expect(page).not.toContain("<script>");
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toMatch(/<style|\sstyle="|\son[a-z]+="/);
  });

  it("show the lists before any script runs", () => {
    expect(page).toContain("entered");
    expect(page).toContain(`data-state="moving"`);
    expect(page.match(/<li class="fence"/g)).toHaveLength(1);
  });

  it("teach how to send the first position while there is none", () => {
    const empty = mapPage(frame, {
      now: 0,
      origin: "https://map.example",
      tab: "devices",
      devices: [],
      deviceCount: 0,
      fences: [],
      events: [],
      editable: false,
    });
    expect(empty).toContain("curl https://map.example/api/positions");
  });

  it("offer renaming and deleting only to whoever may", () => {
    const device = { createdAt: 0, status: { ...status, device: "van" } };
    const view = { device, events: [], inside: [] };
    expect(devicePanel({ ...view, editable: true }, 0).text).toContain("data-delete-device");
    expect(devicePanel({ ...view, editable: false }, 0).text).not.toContain("data-delete-device");
  });

  it("do not say that a device moves which has long been silent", () => {
    const minute = 60_000;
    const fix = { device: "van", time: 60 * minute, lon: 1, lat: 2 };
    const moving = { motion: "moving", motionSince: 50 * minute } as const;
    const device = { createdAt: 0, status: { ...status, device: "van", fix, ...moving } };
    const at = (now: number): string =>
      devicePanel({ device, events: [], inside: [], editable: false }, now).text.replaceAll(
        /\s*<[^>]+>\s*/g,
        " ",
      );
    expect(at(64 * minute)).toMatch(/Moving for +14 min/);
    expect(at(600 * minute)).toMatch(/Had moved for +10 min/);
  });

  it("name an event by words, with the reason", () => {
    expect(eventItem(event, 3_000).text).toMatch(/entered[\s\S]*first position lies inside[\s\S]*2 s/);
  });

  it("send the sign-in form where they were told, and say what was wrong", () => {
    const text = signInPage(frame, { action: "/sign-in?to=%2Ffences", problem: "not <known>" });
    expect(text).toContain(`action="/sign-in?to=%2Ffences"`);
    expect(text).toContain("Not &lt;known&gt;");
  });
});
