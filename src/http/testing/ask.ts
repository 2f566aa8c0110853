import { bearer, type Served } from "./serve.ts";

/** Methods that the routes know. */
export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** An answer with its JSON. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks as an administrator, or with the token that is named. */
export const ask = async (
  { server }: Served,
  method: Method,
  url: string,
  payload?: object,
  token = "admin",
): Promise<Answer> => {
  const sent = { method, url, headers: bearer(token), ...(payload !== undefined && { payload }) };
  const answer = await server.inject(sent);
  const body = answer.body === "" ? {} : (answer.json() as Record<string, unknown>);
  return { status: answer.statusCode, body, headers: answer.headers };
};
