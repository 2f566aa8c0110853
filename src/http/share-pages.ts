import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type Choice,
  formatTime,
  isShareKind,
  newShare,
  questionPage,
  shareBody,
  shareFields,
  shareFormPage,
  shareKindsPage,
  shareListPage,
  shareTerms,
  type FieldProblem,
  type ShareChoices,
  type ShareFields,
  type ShareKind,
} from "#pages";
import type { Clock, Devices, Fences, Latest, Principal, ShareRecord } from "#ports";
import { isArea } from "#share";
import type { ShareWhat } from "#wire";
import { askId, askText } from "./ask.ts";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import { knownGroups } from "./groups.ts";
import type { PageKit } from "./page-kit.ts";
import { ShareDesk, type ShareDeskPorts } from "./share-desk.ts";
import { SHARING } from "./share-routes.ts";
import { seenBy } from "./sight.ts";

/** What the pages of share links read and write. */
export interface SharePagePorts extends ShareDeskPorts {
  readonly devices: Devices;
  readonly latest: Latest;
  readonly fences: Fences;
  readonly clock: Clock;
}

/** Fields that can be wrong, by the names that the API has for them. */
const FIELDS = ["name", "what", "from", "to", "delaySeconds", "blurMeters", "embed"];
/** Things offered in one list, and names in one sentence. */
const [MOST, MOST_NAMED] = [1000, 3];

const readFields = (form: FormBody, kind: ShareKind): ShareFields => ({
  kind,
  name: form.text("name"),
  devices: form.list("devices"),
  groups: form.list("groups"),
  fence: form.text("fence"),
  box: form.text("box"),
  device: form.text("device"),
  tripFrom: form.text("tripFrom"),
  tripTo: form.text("tripTo"),
  from: form.text("from"),
  to: form.text("to"),
  track: form.has("track"),
  delay: form.text("delaySeconds"),
  blur: form.text("blurMeters"),
  embed: form.text("embed"),
});

const minuteOf = (time: number): string => formatTime(time).slice(0, 16);

const few = (all: readonly string[]): string => {
  const more = all.length - MOST_NAMED;
  const named = all.slice(0, MOST_NAMED).join(", ");
  return more > 0 ? `${named} and ${more} more` : named;
};

/** What the forms of share links offer, and what they call things. */
class ShareWords {
  readonly #ports: SharePagePorts;

  constructor(ports: SharePagePorts) {
    this.#ports = ports;
  }

  /** Only what whoever asks may see. */
  async choices(who: Principal): Promise<ShareChoices> {
    const { devices, latest } = seenBy(who, this.#ports);
    const [some, fences] = await Promise.all([
      devices.list(who.workspace, { limit: MOST }),
      this.#ports.fences.list(who.workspace, { limit: MOST }),
    ]);
    return {
      devices: some.map(({ name, status: { device } }): Choice => ({
        value: device,
        label: name || device,
        hint: name ? device : undefined,
      })),
      groups: knownGroups(latest, who.workspace, MOST).map((name) => ({ value: name, label: name })),
      fences: fences.filter(isArea).map(({ id, name }) => ({ value: id, label: name || id })),
    };
  }

  /** What a link shows, in words. */
  async of({ workspace, what }: ShareRecord): Promise<string> {
    if ("groups" in what) return `Devices of ${few(what.groups)}`;
    if ("area" in what) return `What is in ${await this.#area(workspace, what.area)}`;
    if ("devices" in what) {
      return few(
        await Promise.all(what.devices.slice(0, MOST_NAMED + 1).map((id) => this.#device(workspace, id))),
      ).replace(/ and 1 more$/, ` and ${what.devices.length - MOST_NAMED} more`);
    }
    const { device, from, to } = what.trip;
    return `${await this.#device(workspace, device)} from ${minuteOf(from)} to ${minuteOf(to)} UTC`;
  }

  async #device(workspace: string, id: string): Promise<string> {
    return (await this.#ports.devices.get(workspace, id))?.name || id;
  }

  async #area(workspace: string, area: Extract<ShareWhat, { area: unknown }>["area"]): Promise<string> {
    if (typeof area !== "string") return `the box ${area.join(", ")}`;
    return (await this.#ports.fences.get(workspace, area))?.name || area;
  }
}

/** The list of share links, their forms, and the question before one is revoked. */
export const addSharePages = (
  server: FastifyInstance,
  kit: PageKit,
  ports: SharePagePorts,
  origin: (request: FastifyRequest) => string,
): void => {
  const desk = new ShareDesk(ports);
  const words = new ShareWords(ports);

  const showForm = async (
    request: FastifyRequest,
    fields: ShareFields,
    share?: ShareRecord,
    problem?: FieldProblem,
  ): Promise<string> => {
    const shows = share && (await words.of(share));
    return shareFormPage(kit.frame(request, share ? share.name || (shows ?? "") : "New share link"), {
      fields,
      choices: await words.choices(principalOf(request)),
      problem,
      notice: kit.notice(request),
      ...(share && {
        share: {
          id: share.id,
          shows: shows ?? "",
          ended: share.revokedAt !== undefined || (share.to ?? Infinity) <= ports.clock.now(),
        },
      }),
    });
  };

  /** Does what the form says, or shows it again with what is wrong. */
  const take = async (
    request: FastifyRequest,
    reply: FastifyReply,
    fields: ShareFields,
    share: ShareRecord | undefined,
    act: () => Promise<FastifyReply>,
  ): Promise<FastifyReply> => {
    try {
      return await act();
    } catch (error) {
      const problem = fieldProblem(error, FIELDS);
      return kit.send(reply.code(400), await showForm(request, fields, share, problem));
    }
  };

  server.get("/shares", SHARING, async (request, reply) => {
    const all = await desk.list(principalOf(request));
    const shares = await Promise.all(
      all.map(async (share) => Object.assign({}, share, { shows: await words.of(share) })),
    );
    const newest = shares.toSorted((a, b) => b.createdAt - a.createdAt);
    const page = { shares: newest, now: ports.clock.now(), notice: kit.notice(request) };
    return kit.send(reply, shareListPage(kit.frame(request, "Share links"), page));
  });

  server.get("/shares/new", SHARING, async (request, reply) => {
    const kind = askText(request, "kind");
    if (!isShareKind(kind)) return kit.send(reply, shareKindsPage(kit.frame(request, "New share link")));
    return kit.send(reply, await showForm(request, newShare(kind)));
  });

  server.post("/shares/new", SHARING, async (request, reply) => {
    const asked = askText(request, "kind");
    const fields = readFields(new FormBody(request), isShareKind(asked) ? asked : "devices");
    return take(request, reply, fields, undefined, async () => {
      const { share, path } = await desk.create(principalOf(request), shareBody(fields));
      request.made = [share.id];
      return kit.goOn(request, reply, "/shares", {
        text: "This is the link; it is shown this once. Whoever has it can look, and can hand it on.",
        secret: origin(request) + path,
      });
    });
  });

  server.get("/shares/:id", SHARING, async (request, reply) => {
    const share = await desk.get(principalOf(request), askId(request));
    return kit.send(reply, await showForm(request, shareFields(share), share));
  });

  server.post("/shares/:id", SHARING, async (request, reply) => {
    const share = await desk.get(principalOf(request), askId(request));
    const fields = readFields(new FormBody(request), shareFields(share).kind);
    return take(request, reply, fields, share, async () => {
      await desk.change(principalOf(request), share.id, shareTerms(fields));
      return kit.goOn(request, reply, "/shares", {
        text: "The link is saved; whoever looks sees it as it is now.",
      });
    });
  });

  server.get("/shares/:id/delete", SHARING, async (request, reply) => {
    const share = await desk.get(principalOf(request), askId(request));
    const name = share.name || (await words.of(share));
    const back = `/shares/${encodeURIComponent(share.id)}`;
    const page = questionPage(kit.frame(request, name), {
      heading: `Revoke “${name}”?`,
      text: "Whoever looks sees nothing more within a second, and the link leads nowhere from then on.",
      yes: "Revoke the link",
      action: `${back}/delete`,
      back,
      here: "/shares",
    });
    return kit.send(reply, page);
  });

  server.post("/shares/:id/delete", SHARING, async (request, reply) => {
    await desk.revoke(principalOf(request), askId(request));
    return kit.goOn(request, reply, "/shares", { text: "The link is revoked." });
  });
};
