import type { FastifyRequest } from "fastify";

/** The fields of a form that a browser posted, by name; what is absent is empty. */
export class FormBody {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(request: FastifyRequest) {
    const { body } = request;
    this.#fields = typeof body === "object" && body !== null ? { ...body } : {};
  }

  /** The value; the first where it was given several times. */
  text(name: string): string {
    return this.list(name)[0] ?? "";
  }

  /** Every value that was given, such as those of the boxes that were ticked. */
  list(name: string): readonly string[] {
    const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
  }

  /** Was it given at all? */
  has(name: string): boolean {
    return this.list(name).length > 0;
  }

  /** How many rows of fields `{prefix}-{number}-…` there are, at most 100. */
  rows(prefix: string): number {
    const pattern = new RegExp(`^${prefix}-(\\d{1,2})-`);
    const numbers = Object.keys(this.#fields).map((name) => Number(pattern.exec(name)?.[1] ?? -1));
    return Math.max(-1, ...numbers) + 1;
  }
}
