import { describe, expect, it } from "vitest";
import { escapeHtml, html } from "./html.ts";

describe("html", () => {
  it("escapes what is inserted into text and attributes", () => {
    const name = `<img src=x onerror="alert('1')">&`;
    expect(html`<a title="${name}">${name}</a>`.text).toBe(
      `<a title="${escapeHtml(name)}">${escapeHtml(name)}</a>`,
    );
    expect(escapeHtml(name)).not.toMatch(/[<>"']/);
  });

  it("leaves templates inside templates as they are, and joins lists", () => {
    const rows = ["a", "<b>"].map((name) => html`<i>${name}</i>`);
    expect(html`<p>${rows}</p>`.text).toBe("<p><i>a</i><i>&lt;b&gt;</i></p>");
  });

  it("shows nothing for what is absent, and zero as zero", () => {
    expect(html`[${undefined}${null}${false}${true}${0}${""}]`.text).toBe("[0]");
  });
});
