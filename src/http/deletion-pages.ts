import type { FastifyInstance, FastifyRequest } from "fastify";
import { questionPage, type Place } from "#pages";
import type { Scope, WorkspaceId } from "#wire";
import { askId } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { PageKit } from "./page-kit.ts";

/** Something that people made, and may take away again. */
interface Named {
  readonly id: string;
  readonly name: string;
}

/** How one kind of thing is deleted. */
export interface Deletion<Thing extends Named> {
  /** Where its list is; each has its page below. */
  readonly place: Place;
  /** What the button says. */
  readonly yes: string;
  /** Throws when there is no such thing. */
  get(workspace: WorkspaceId, id: string): Promise<Thing>;
  /** What follows from it, in sentences. */
  warn(thing: Thing): string | Promise<string>;
  delete(workspace: WorkspaceId, id: string): Promise<void>;
  /** Who may; `manage` when absent. */
  readonly scope?: Scope;
}

/** `{place}/{id}/delete`: asks, and deletes when the answer is yes. */
export const addDeletion = <Thing extends Named>(
  server: FastifyInstance,
  kit: PageKit,
  deletion: Deletion<Thing>,
): void => {
  const { place, yes, scope = "manage" } = deletion;
  const config = { config: { scope } } as const;
  const url = `${place}/:id/delete`;
  const mustGet = (request: FastifyRequest): Promise<Thing> =>
    deletion.get(principalOf(request).workspace, askId(request));

  server.get(url, config, async (request, reply) => {
    const thing = await mustGet(request);
    const { id, name } = thing;
    const back = `${place}/${encodeURIComponent(id)}`;
    const page = questionPage(kit.frame(request, name), {
      heading: `Delete “${name}”?`,
      text: await deletion.warn(thing),
      yes,
      action: `${back}/delete`,
      back,
      here: place,
    });
    return kit.send(reply, page);
  });

  server.post(url, config, async (request, reply) => {
    const { id, name } = await mustGet(request);
    await deletion.delete(principalOf(request).workspace, id);
    return kit.goOn(request, reply, place, { text: `“${name}” is deleted.` });
  });
};
