import { beforeEach, describe, expect, it } from "vitest";
import { ask } from "./testing/ask.ts";
import { serve, type Served } from "./testing/serve.ts";
import { deviceOf } from "./testing/things.ts";

let served: Served;

beforeEach(() => {
  served = serve();
  for (const id of ["c", "a", "b"]) served.deviceMap.set(id, deviceOf(id));
});

describe("groups of devices", () => {
  it("are set, shown and taken away", async () => {
    const put = await ask(served, "PATCH", "/api/devices/a", { groups: ["night", "fleet", "night"] });
    expect(put.body).toMatchObject({ id: "a", groups: ["fleet", "night"] });
    const named = await ask(served, "PATCH", "/api/devices/a", { name: "Van" });
    expect(named.body).toMatchObject({ name: "Van", groups: ["fleet", "night"] });
    expect((await ask(served, "PATCH", "/api/devices/a", { groups: null })).body).toMatchObject({
      groups: [],
    });
    expect((await ask(served, "PATCH", "/api/devices/none", { groups: [] })).body).toMatchObject({
      code: "unknown_device",
    });
  });

  it("narrow the list, in pages", async () => {
    for (const id of ["a", "c"]) await ask(served, "PATCH", `/api/devices/${id}`, { groups: ["fleet"] });
    const first = await ask(served, "GET", "/api/devices?group=fleet&limit=1", undefined, "view");
    expect(first.body).toMatchObject({ devices: [{ id: "a" }], next: expect.any(String) as string });
    const after = String(first.body["next"]);
    const second = await ask(served, "GET", `/api/devices?group=fleet&limit=1&after=${after}`);
    expect(second.body).toMatchObject({ devices: [{ id: "c" }], next: null });
    expect((await ask(served, "GET", "/api/devices?group=none")).body).toMatchObject({ devices: [] });
  });

  it.each([
    ["fleet"],
    [[""]],
    [[7]],
    [["x".repeat(65)]],
    [["a\u0000"]],
    [Array.from({ length: 101 }, (_, n) => `g${n}`)],
  ])("refuse %j and leave the name as it was", async (groups) => {
    const answer = await ask(served, "PATCH", "/api/devices/a", { name: "Other", groups });
    expect(answer.body).toMatchObject({ code: "invalid_field" });
    expect(served.deviceMap.get("a")).not.toHaveProperty("name");
  });
});
