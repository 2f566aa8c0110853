/** Knows which methods an address takes, so that a wrong method is told from a wrong address. */
export class RouteTable {
  readonly #routes = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string> }>();

  /** `url` is a pattern of find-my-way: `/a/:id`, `/a/*`. */
  add(method: string | readonly string[], url: string): void {
    const route = this.#routes.get(url) ?? { pattern: toRegExp(url), methods: new Set() };
    for (const one of typeof method === "string" ? [method] : method) route.methods.add(one);
    this.#routes.set(url, route);
  }

  /** Methods of every route that the path fits, sorted; empty when there is none. */
  methodsAt(path: string): readonly string[] {
    const methods = new Set<string>();
    for (const route of this.#routes.values()) {
      if (route.pattern.test(path)) for (const method of route.methods) methods.add(method);
    }
    return [...methods].sort();
  }
}

const toRegExp = (url: string): RegExp => {
  const source = url
    .replaceAll(/[$()+.?[\\\]^{|}]/g, String.raw`\$&`)
    .replaceAll(/:[A-Za-z]+/g, "[^/]+")
    .replaceAll("*", ".*");
  return new RegExp(`^${source}$`);
};
