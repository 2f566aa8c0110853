import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { hashSecret } from "./secrets.ts";
import { browse, type Browser } from "./testing/browser.ts";
import { addPerson, PASSWORD } from "./testing/person.ts";
import { makePageFolder, servePages, type ServedPages } from "./testing/serve-pages.ts";

const { folder, remove } = makePageFolder();
afterAll(remove);

let served: ServedPages;
let kim: Browser;
beforeEach(async () => {
  served = await servePages(folder);
  await addPerson(served, "kim", { role: "owner" });
  kim = browse(served.server);
  await kim.post("/sign-in", { email: "kim@example.org", password: PASSWORD });
});

const masthead = async (url = "/events"): Promise<string> =>
  /<header class="masthead">(.*?)<\/header>/s.exec((await kim.get(url)).text)?.[1] ?? "";

describe("the pages of workspaces", () => {
  it("[AC32] the head of every page says which one it is to whoever is in several, and a form goes to another", async () => {
    expect(await masthead()).not.toContain("/workspaces");
    const made = await kim.post("/workspaces/new", { id: "ferry", name: "<Ferries>", owner: "" });
    expect((await kim.get(made.location)).text).toContain("“&lt;Ferries&gt;” is made, and you own it.");
    for (const url of ["/", "/events", "/devices/none"]) expect(await masthead(url)).toMatch(/>main<\/a>/);
    const list = await kim.get("/workspaces");
    expect(list.text).toContain('action="/workspaces/ferry/enter"');
    expect(list.text).not.toContain('action="/workspaces/main/enter"');
    expect(await kim.post("/workspaces/ferry/enter")).toMatchObject({ status: 303, location: "/" });
    expect(await masthead()).toMatch(/title="&lt;Ferries&gt;">&lt;Ferries&gt;<\/a>/);
    expect(served.sessionRecords).toMatchObject([{ workspace: "ferry", person: "kim" }]);
    expect((await kim.get("/workspaces")).text).toContain("/workspaces/new");
    expect((await kim.post("/workspaces/none/enter")).status).toBe(404);
  });

  it("[AC33] an owner gives it another name, and is told what is wrong with one", async () => {
    await kim.post("/workspaces/new", { id: "ferry" });
    const wrong = await kim.post("/workspaces/ferry", { name: " " });
    expect(wrong).toMatchObject({
      status: 400,
      text: expect.stringContaining("expected 1 to 100 printable"),
    });
    const saved = await kim.post("/workspaces/ferry", { name: "Boats" });
    expect((await kim.get(saved.location)).text).toContain("The name is saved.");
    expect(served.workspaceRecords.at(-1)).toMatchObject({ id: "ferry", name: "Boats" });
  });

  it("[AC31] a wrong id is marked, and who is named as owner gets a link that is shown once", async () => {
    const wrong = await kim.post("/workspaces/new", { id: "No Slug", owner: "lee@example.org" });
    expect(wrong).toMatchObject({ status: 400, text: expect.stringContaining('id="id-problem"') });
    const made = await kim.post("/workspaces/new", { id: "ferry", owner: "lee@example.org" });
    expect((await kim.get(made.location)).text).toMatch(/<code>http:\/\/[^<]+\/join\/[\w-]+<\/code>/);
    expect((await kim.get("/workspaces")).text).not.toMatch(/join|ferry/);
  });

  it("[AC34] who leaves the present one goes to another, and the last owner stays where they are", async () => {
    await kim.post("/workspaces/new", { id: "ferry" });
    await kim.post("/workspaces/ferry/enter");
    const refused = await kim.post("/workspaces/ferry/leave");
    expect(refused).toMatchObject({ status: 400, text: expect.stringContaining("owner") });
    expect(await masthead()).toMatch(/>ferry<\/a>/);
    await addPerson(served, "lee", { role: "owner" });
    served.memberRecords.push({ workspace: "ferry", person: "lee", role: "owner", since: 0 });
    expect((await kim.get("/workspaces/ferry/leave")).text).toContain("only with another invitation");
    expect(await kim.post("/workspaces/ferry/leave")).toMatchObject({ status: 303, location: "/workspaces" });
    expect((await kim.get("/workspaces")).status).toBe(200);
    expect(served.sessionRecords).toMatchObject([{ workspace: "main" }]);
    expect((await kim.get("/workspaces/main/leave")).text).toContain("your account is deleted as well");
  });

  it("[AC35] deleting asks for the name; the first one cannot be deleted, and a manager sees no way to", async () => {
    await kim.post("/workspaces/new", { id: "ferry", name: "Ferries" });
    await kim.post("/workspaces/ferry/enter");
    expect((await kim.get("/workspaces/main")).text).not.toContain("/workspaces/main/delete");
    const wrong = await kim.post("/workspaces/ferry/delete", { confirm: "ferry" });
    expect(wrong).toMatchObject({ status: 400, text: expect.stringContaining('id="confirm-problem"') });
    const at = served.memberRecords.findIndex(({ workspace }) => workspace === "ferry");
    const owner = served.memberRecords[at]!;
    served.memberRecords[at] = { ...owner, role: "manager" };
    served.access.forgetPerson("kim");
    expect((await kim.get("/workspaces/ferry")).text).not.toContain("delete");
    for (const page of [
      kim.get("/workspaces/ferry/delete"),
      kim.post("/workspaces/ferry/delete", { confirm: "Ferries" }),
    ]) {
      expect((await page).status).toBe(403);
    }
    served.memberRecords[at] = owner;
    served.access.forgetPerson("kim");
    expect(await kim.post("/workspaces/ferry/delete", { confirm: "Ferries" })).toMatchObject({
      status: 303,
      location: "/workspaces",
    });
    const left = (await kim.get("/workspaces")).text;
    expect(left).toContain("main");
    expect(left).not.toContain("Ferries");
  });

  it("[AC31] nobody who does not run the server is offered another one, and a token is nowhere else", async () => {
    const token = served.tokenRecords[0]!;
    served.tokenRecords.push({ ...token, id: "t", scopes: ["view"], groups: ["a"], hash: hashSecret("t") });
    const page = await served.get("/workspaces", "t");
    expect(page.text).toContain("here with a token");
    expect(page.text).not.toContain("/workspaces/new");
    expect((await served.get("/workspaces/new", "manage")).status).toBe(403);
    expect((await served.post("/workspaces/main/enter", {}, "admin")).status).toBe(403);
  });
});
