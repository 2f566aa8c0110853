import { connectTo, type Outgoing } from "./client/connection.ts";
import { problemDetail } from "./client/sender.ts";
import type { Remote } from "./surroundings.ts";

/**
 * One request to a running server; answers the parsed body, or undefined when there is none.
 *
 * @throws Error with the server's own sentence when it refuses
 */
export async function askServer({ url, token, workspace }: Remote, outgoing: Outgoing): Promise<unknown> {
  const connection = connectTo(url, token, workspace);
  try {
    const { status, body } = await connection.ask(outgoing);
    if (status >= 300) throw new Error(`${url.origin} answered ${status}: ${problemDetail(body)}`);
    return body === "" ? undefined : (JSON.parse(body) as unknown);
  } finally {
    connection.close();
  }
}
