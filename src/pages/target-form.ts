import type { FieldProblem } from "./definition-views.ts";
import type { Frame } from "./document.ts";
import { part, problemAbove, saveOnEnter, selectField, textArea, textField, tick } from "./form-parts.ts";
import { html, type Html, type Insert } from "./html.ts";
import { plain } from "./plain-pages.ts";
import { kindName, type TargetFields } from "./target-fields.ts";

/** Everything that the form of a target shows. */
export interface TargetFormPage {
  /** Absent for a new target. */
  readonly id?: string;
  readonly fields: TargetFields;
  /** Is there a password already? */
  readonly hasPassword?: boolean;
  readonly problem?: FieldProblem | undefined;
}

/** The page on which a target is made or changed. */
export function targetFormPage(frame: Frame, page: TargetFormPage): string {
  const { id, fields, problem } = page;
  const { kind, name, enabled } = fields;
  const back = id === undefined ? "/targets" : `/targets/${encodeURIComponent(id)}`;
  const action = id === undefined ? `/targets/new?kind=${kind}` : `${back}/edit`;
  return plain(
    frame,
    html`<h1>${id === undefined ? `New target: ${kindName(kind)}` : name || kindName(kind)}</h1>
      ${problemAbove(problem)}
      <form method="post" action="${action}" class="definition" id="form">
        ${saveOnEnter}
        <div class="parts">
          ${part(
            "Name",
            html`${textField({ name: "name", label: "What people call it", value: name, problem })}
            ${tick("enabled", "yes", "Alerts are sent; otherwise they wait", enabled)}`,
          )}
          ${whereTo(page)}
          <div class="form-end">
            <button class="primary" name="do" value="save">
              ${id === undefined ? "Make the target" : "Save"}
            </button>
            <a class="button" href="${back}">Cancel</a>
          </div>
        </div>
      </form>`,
    { here: "/targets" },
  );
}

function whereTo(page: TargetFormPage): Html | undefined {
  switch (page.fields.kind) {
    case "webhook":
      return webhook(page);
    case "email":
      return email(page);
    case "mqtt":
      return mqtt(page);
    case "push":
      break;
  }
  return undefined;
}

function webhook({ id, fields, problem }: TargetFormPage): Html {
  const hint: Insert =
    id === undefined
      ? "Left empty, a secret is made and shown once. Every request is signed with it, so that the receiver can tell who sent it."
      : "Left empty, the secrets stay. To change over without a gap, rotate the secret on the page of the target.";
  return html`${part(
    "Address",
    textField({
      name: "url",
      label: "URL",
      value: fields.url,
      type: "url",
      placeholder: "https://example.org/alerts",
      problem,
    }),
  )}
  ${part("Secret", textField({ name: "secret", label: "A secret of your own", value: "", type: "password", problem }), hint)}`;
}

function email({ fields, problem }: TargetFormPage): Html {
  return part(
    "Addresses",
    textArea({
      name: "to",
      label: "Mail addresses, one a line",
      value: fields.to,
      rows: 3,
      placeholder: "dispatch@example.org",
      problem,
    }),
  );
}

function mqtt({ fields, hasPassword = false, problem }: TargetFormPage): Html {
  const { url, topic, qos, username, forget } = fields;
  return html`${part(
    "Broker",
    html`${textField({ name: "url", label: "URL", value: url, placeholder: "mqtts://broker.example:8883", problem })}
    ${textField({ name: "username", label: "User name", value: username, problem })}
    ${textField({
      name: "password",
      label: hasPassword ? "Another password (one is stored)" : "Password",
      value: "",
      type: "password",
      problem,
    })}
    ${hasPassword && tick("forget", "yes", "Take the stored password away", forget)}`,
  )}
  ${part(
    "Messages",
    html`${textField({
      name: "topic",
      label: "Topic",
      value: topic,
      placeholder: "whereabouts/{device}/{type}",
      problem,
    })}
    ${selectField({
      name: "qos",
      label: "Quality of service",
      value: qos,
      problem,
      choices: [
        { value: "0", label: "0: at most once" },
        { value: "1", label: "1: at least once" },
        { value: "2", label: "2: exactly once" },
      ],
    })}`,
    html`<code>{device}</code> and <code>{type}</code> in the topic stand for those of the event.`,
  )}`;
}
