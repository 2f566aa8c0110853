import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPrintable, isRefusal } from "#wire";
import { factsOf } from "./facts.ts";
import { FIELDS } from "./paths.ts";
import { compileTemplate, RENDERED_LIMITS } from "./template.ts";
import { aContext, aFix, anEvent } from "./testing/samples.ts";

const facts = factsOf(anEvent(), aContext());

const render = (text: string, of = facts): string => {
  const template = compileTemplate(text);
  if (isRefusal(template)) throw new Error(template.detail);
  return template.render(of);
};

describe("compileTemplate", () => {
  it("[RT1] puts facts in: times in RFC 3339, lists with commas", () => {
    expect(render("{{device.name}} left {{ fence.name }} at {{event.time}}")).toBe(
      "Blue van left Port at 2026-06-02T04:12:00.000Z",
    );
    expect(render("{{position.speed}} m/s, {{device.groups}}, {{fence.properties.tags}}")).toBe(
      "3.2 m/s, north, vans, sea, quay",
    );
    expect(render("{{position.attributes.cargo.kind}}/{{position.attributes.ignition}}/{{event.late}}")).toBe(
      "fish/true/false",
    );
  });

  it("[RT2] knows every field, alone and beside text", () => {
    for (const [root, fields] of Object.entries(FIELDS)) {
      for (const [field, type] of Object.entries(fields)) {
        const name = `${root}.${field}${type.startsWith("map") ? ".any" : ""}`;
        expect(render(`{{${name}}}`), name).toBeTypeOf("string");
      }
    }
  });

  it("[RT3] leaves nothing for what is missing, but ids for names", () => {
    const bare = factsOf(anEvent(), { device: { id: "van-7", groups: [] } });
    expect(render("{{device.name}} in {{fence.name}}: {{position.speed}}{{event.reason}}|", bare)).toBe(
      "van-7 in port: |",
    );
    const { fence: _, ...free } = anEvent();
    expect(render("<{{fence.name}}{{fence.properties.tags}}>", factsOf(free, aContext()))).toBe("<>");
    expect(render("{{position.attributes.toString}}{{fence.properties.owner}}|")).toBe("|");
  });

  it("[RT4] leaves braces, markup and line ends as they are", () => {
    expect(render("a {b} }} <i>&amp;</i>\n{{device.id}}")).toBe("a {b} }} <i>&amp;</i>\nvan-7");
    const of = factsOf(anEvent(), aContext({ position: { ...aFix, attributes: { x: "{{device.id}}<b>" } } }));
    expect(render("{{position.attributes.x}}", of)).toBe("{{device.id}}<b>");
  });

  it.each([
    ["{{position.sped}}", '"{{position.sped}}": position has no field "sped"; it has lon'],
    ["{{speed}}", '"speed" is not known; known are event, device, fence, position'],
    ["{{device}}", "is no single value"],
    ["{{fence.properties}}", "is no single value"],
    ["{{position.speed.x}}", "position.speed has no fields"],
    ["{{}}", '"" is not known'],
    ["{{__proto__.a}}", '"__proto__" is not known'],
    ["{{position.constructor}}", 'no field "constructor"'],
    ["over {{device.id", '"{{" at character 6 has no "}}"'],
    ["{{device.id}} {{device.id }", '"{{" at character 15 has no'],
    ["x".repeat(1001), "1001 characters"],
  ])("[RT5] refuses %s", (text, part) => {
    const template = compileTemplate(text);
    expect(template).toMatchObject({ code: "invalid_rule" });
    expect((template as { detail: string }).detail).toContain(part);
  });

  it("[RT6] is bounded, whole in its characters, and shows nothing that nobody can see", () => {
    const attributes = { long: `${"x".repeat(198)}😀😀`, odd: "a\u0000b\nc\u202Ed\uD800" };
    const of = factsOf(anEvent(), aContext({ position: { ...aFix, attributes } }));
    expect(render("{{position.attributes.long}}", of)).toBe(`${"x".repeat(198)}…`);
    expect(render("{{position.attributes.odd}}", of)).toBe("a b c d ");
    const most = render("{{position.attributes.long}}".repeat(35), of);
    expect(most.length).toBeLessThanOrEqual(RENDERED_LIMITS.text);
    expect(most.endsWith("…")).toBe(true);
  });

  it("[RT7] never throws, whatever the text and the facts are", () => {
    const piece = fc.constantFrom(
      "{{",
      "}}",
      "{",
      "device.name",
      "position.attributes.",
      "fence.name",
      "x",
      " ",
      "\n",
    );
    const text = fc.oneof(
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join("")),
      fc.string({ unit: "binary" }),
    );
    const attributes = fc.dictionary(
      fc.string(),
      fc.oneof(fc.string({ unit: "binary" }), fc.double(), fc.boolean()),
    );
    const judged = fc.property(text, attributes, (source, attributes) => {
      const template = compileTemplate(source);
      if (isRefusal(template)) return;
      const of = factsOf(anEvent(), aContext({ position: { ...aFix, attributes } }));
      const rendered = template.render(of);
      expect(isPrintable(rendered) || !isPrintable(source)).toBe(true);
    });
    expect(() => fc.assert(judged, { numRuns: 2000, seed: 5 })).not.toThrow();
  });
});
