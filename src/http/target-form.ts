import type { FastifyReply, FastifyRequest } from "fastify";
import { targetBody, targetFormPage, type FieldProblem, type TargetFields } from "#pages";
import type { Target, TargetKind } from "#wire";
import { FormBody } from "./form-body.ts";
import { fieldProblem } from "./form-problem.ts";
import { principalOf } from "./gate.ts";
import type { PageKit } from "./page-kit.ts";
import type { StoredTarget, TargetDesk } from "./target-desk.ts";

/** Fields that can be wrong, by the names that the API has for them. */
const FIELDS: Readonly<Record<TargetKind["kind"], readonly string[]>> = {
  webhook: ["name", "url", "secret"],
  email: ["name", "to"],
  mqtt: ["name", "url", "topic", "qos", "username", "password"],
  push: ["name"],
};

const readFields = (form: FormBody, kind: TargetKind["kind"]): TargetFields => ({
  kind,
  name: form.text("name"),
  enabled: form.has("enabled"),
  url: form.text("url"),
  to: form.text("to"),
  topic: form.text("topic"),
  qos: form.text("qos") || "1",
  username: form.text("username"),
  secret: form.text("secret") || form.text("password"),
  forget: form.has("forget"),
});

/** The forms of targets: shows them, and takes what was posted. */
export class TargetForm {
  readonly #kit: PageKit;
  readonly #desk: TargetDesk;

  constructor(kit: PageKit, desk: TargetDesk) {
    this.#kit = kit;
    this.#desk = desk;
  }

  /** The page; `target` is the stored one that is changed. */
  show(request: FastifyRequest, fields: TargetFields, target?: Target, problem?: FieldProblem): string {
    return targetFormPage(this.#kit.frame(request, target?.name ?? "New target"), {
      fields,
      problem,
      hasPassword: target?.kind === "mqtt" && target.password !== undefined,
      ...(target !== undefined && { id: target.id }),
    });
  }

  /** Answers the page to show again, or the target that was stored. */
  async take(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: TargetKind["kind"],
    target?: Target,
  ): Promise<string | StoredTarget> {
    const { workspace } = principalOf(request);
    const fields = readFields(new FormBody(request), kind);
    try {
      const body = targetBody(fields);
      if (target === undefined) return await this.#desk.create(workspace, body);
      // A patch takes nothing away that it does not name: a user name that was emptied would stay.
      if (kind === "mqtt" && fields.username.trim() === "") {
        return await this.#desk.replace(workspace, target.id, body);
      }
      return await this.#desk.patch(workspace, target.id, body);
    } catch (error) {
      const problem = fieldProblem(error, FIELDS[kind]);
      reply.code(400);
      return this.show(request, fields, target, problem);
    }
  }
}
