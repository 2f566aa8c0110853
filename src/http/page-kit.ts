import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { messagePage, type Assets, type Frame, type Notice, type Reader } from "#pages";
import type { Clock, Members, Workspaces } from "#ports";
import { allows, catalogue, Problem, type Scope } from "#wire";
import { askText } from "./ask.ts";
import { principalOf } from "./gate.ts";
import { Once } from "./once.ts";
import { readTheme } from "./page-theme.ts";
import { pagePolicy } from "./security.ts";

/** Pages of those who decide what is watched and who is told. */
export const MANAGE_PAGE = { config: { scope: "manage" } } as const;

/** Pages of administrators. */
export const ADMIN_PAGE = { config: { scope: "admin" } } as const;

declare module "fastify" {
  interface FastifyRequest {
    /** What the workspace is called, for a person who is in several. */
    workspaceTitle: string | undefined;
  }
}

/** What every page needs besides its data. */
export class PageKit {
  readonly #assets: () => Assets;
  readonly #notices: Once<Notice>;

  constructor(assets: () => Assets, clock: Clock) {
    this.#assets = assets;
    this.#notices = new Once(clock);
  }

  /** May the reader do what needs this scope? */
  may(request: FastifyRequest, scope: Scope): boolean {
    return request.principal !== null && allows(request.principal.scopes, scope);
  }

  #reader(request: FastifyRequest): Reader {
    if (this.may(request, "admin")) return "admin";
    if (this.may(request, "manage")) return "manager";
    return this.may(request, "operate") ? "operator" : "viewer";
  }

  frame(request: FastifyRequest, title: string): Frame {
    return {
      title: title === "" ? "Whereabouts" : `${title} · Whereabouts`,
      assets: this.#assets(),
      theme: readTheme(request),
      ...(request.principal !== null && { reader: this.#reader(request) }),
      ...(request.workspaceTitle !== undefined && { workspace: request.workspaceTitle }),
    };
  }

  /** `ancestors`: origins of pages that may show it in a frame. */
  send(reply: FastifyReply, page: string, ancestors?: readonly string[]): FastifyReply {
    pagePolicy(reply, ancestors);
    return reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(page);
  }

  /** Sends the browser on after a form was taken; the page there says `notice` once. */
  goOn(request: FastifyRequest, reply: FastifyReply, to: string, notice?: Notice): FastifyReply {
    if (notice === undefined) return reply.redirect(to, 303);
    const key = this.#notices.put(principalOf(request).workspace, notice);
    return reply.redirect(`${to}?said=${key}`, 303);
  }

  /** What the page is to say of what was done just now. */
  notice(request: FastifyRequest): Notice | undefined {
    const key = askText(request, "said");
    return key === undefined ? undefined : this.#notices.take(principalOf(request).workspace, key);
  }

  /** Has every page say which workspace it shows to whoever is in several. */
  nameWorkspaces(
    server: FastifyInstance,
    ports: { readonly members: Members; readonly workspaces: Workspaces },
  ): void {
    server.decorateRequest("workspaceTitle", undefined);
    server.addHook("preHandler", async (request) => {
      const { person, workspace } = request.principal ?? {};
      if (person === undefined || workspace === undefined) return;
      if ((await ports.members.of(person)).length < 2) return;
      request.workspaceTitle = (await ports.workspaces.get(workspace))?.name || workspace;
    });
  }

  /** Says what went wrong as a page to whoever reads pages, to anybody else as everywhere. */
  tellFailures(server: FastifyInstance): void {
    server.setErrorHandler((error: FastifyError | Error, request, reply) => {
      const readsPages = (request.headers.accept ?? "").includes("text/html");
      if (!(error instanceof Problem) || !readsPages || error.status >= 500) throw error;
      const { title } = catalogue[error.code];
      return this.send(
        reply.code(error.status),
        messagePage(this.frame(request, title), title, sentence(error)),
      );
    });
  }
}

const sentence = ({ message }: Problem): string => `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
