import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashSecret } from "./secrets.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";
import { deviceOf, eventOf, feed, ruleOf } from "./testing/things.ts";

const { folder, remove } = makePageFolder();
afterAll(remove);

let served: ServedPages;
beforeEach(async () => {
  served = await servePages(folder);
});

describe("the pages of members", () => {
  it("[AC4] invite somebody, show the link once, and take the invitation back", async () => {
    expect((await served.get("/members")).text).toContain("Nobody has an account yet");
    const wrong = await served.post("/members/new", { email: "kim", role: "viewer" });
    expect(wrong).toMatchObject({ status: 400 });
    expect(wrong.text).toContain("expected an address");
    const limited = await served.post("/members/new", {
      email: "kim@example.org",
      role: "owner",
      groups: ["north"],
    });
    expect(limited.text).toContain("only operators and viewers can be limited");
    const made = await served.post("/members/new", { email: "<kim>@example.org", role: "viewer" });
    expect(made.status).toBe(400);
    const { location } = await served.post("/members/new", { email: "kim@example.org", role: "viewer" });
    const shown = await served.get(location);
    expect(shown.text).toMatch(/<code>http:\/\/[^<]+\/join\/[\w-]+<\/code>/);
    expect((await served.get("/members")).text).not.toContain("/join/");
    const [invitation] = served.invitationRecords;
    const gone = await served.post(`/invitations/${invitation?.id}/delete`);
    expect((await served.get(gone.location)).text).toContain("taken back");
    expect(served.invitationRecords).toEqual([]);
  });

  it("[AC5] change a role, and refuse to leave nobody in charge", async () => {
    const person = { id: "p1", email: "kim@example.org", name: "<Kim>", createdAt: 0 };
    served.people.push(person);
    served.memberRecords.push({ workspace: "main", person: "p1", role: "owner", since: 0 });
    expect((await served.get("/members")).text).toContain("&lt;Kim&gt;");
    const refused = await served.post("/members/p1", { email: "", role: "viewer" });
    expect(refused).toMatchObject({ status: 400 });
    expect((await served.post("/members/p1/delete")).status).toBe(409);
    const reset = await served.post("/members/p1/password-reset");
    expect((await served.get(reset.location)).text).toMatch(/\/reset\/[\w-]+/);
    expect((await served.get("/audit")).text).toContain("password-reset");
  });

  it("[AC9] are for administrators; whoever is limited has the map, devices and events of the groups alone", async () => {
    served.deviceMap.set("van", deviceOf("van", ["north"], "Van"));
    served.deviceMap.set("bus", deviceOf("bus", ["south"], "Bus"));
    served.ruleMap.set("r", ruleOf("r"));
    feed(served, eventOf("e1", 1_000, { device: "van" }), eventOf("e2", 2_000, { device: "bus" }));
    served.tokenRecords.push({
      id: "token_north",
      workspace: "main",
      name: "",
      scopes: ["view"],
      groups: ["north"],
      register: false,
      hash: hashSecret("north"),
      createdAt: 0,
    });
    const get = (url: string) => served.get(url, "north");
    for (const url of ["/members", "/audit", "/rules", "/targets", "/members/new"]) {
      expect((await get(url)).status, url).toBe(403);
    }
    const map = (await get("/")).text;
    expect(map).toContain("Van");
    expect(map).not.toContain("Bus");
    expect((await get("/events")).text).not.toContain("Bus");
    expect((await get("/devices/bus")).status).toBe(404);
    expect((await get("/events/e2")).status).toBe(404);
    const event = await get("/events/e1");
    expect(event.status).toBe(200);
    expect(event.text).not.toContain("What each rule says");
    expect((await get("/account")).text).toContain("with a token or a link");
  });
});
