/** Text that is HTML already. Only `html` makes it, so whatever a page inserts is escaped unless it came from there. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What a template may hold: `undefined`, `null` and `false` are nothing, lists are joined, the rest is escaped. */
export type Insert = Html | string | number | boolean | null | undefined | readonly Insert[];

/** Template tag: everything inserted is escaped for text and for quoted attribute values, except other `Html`. */
export function html(strings: TemplateStringsArray, ...inserts: readonly Insert[]): Html {
  let text = strings[0] ?? "";
  for (const [index, insert] of inserts.entries()) text += render(insert) + (strings[index + 1] ?? "");
  return new Html(text);
}

/** Escapes the five characters that mean something in HTML text and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function render(insert: Insert): string {
  if (insert === undefined || insert === null || insert === false || insert === true) return "";
  if (insert instanceof Html) return insert.text;
  if (typeof insert === "string") return escapeHtml(insert);
  if (typeof insert === "number") return String(insert);
  return insert.map(render).join("");
}
