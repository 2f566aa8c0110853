import type { FastifyRequest } from "fastify";
import type { AlertQuery, AlertState, Outbox } from "#ports";
import { Problem } from "#wire";
import { encodeAlert, type AlertBody } from "./alert-body.ts";
import { pageOf, type ListEnd } from "./answer-list.ts";
import { askAfterKey, askLimit, askOneOf } from "./ask.ts";

const STATES: readonly AlertState[] = ["queued", "sent", "dead"];

/** A page of alerts. */
export type AlertsBody = ListEnd & { readonly alerts: readonly AlertBody[] };

/** Answers a page of alerts as `state`, `after`, `limit` and `order` of the request ask for it. */
export const listAlerts = async (
  request: FastifyRequest,
  outbox: Outbox,
  which: Pick<AlertQuery, "workspace" | "target" | "event">,
): Promise<AlertsBody> => {
  const limit = askLimit(request);
  const after = askAfterKey(request, "alerts");
  const state = askOneOf(request, "state", STATES);
  const order = askOneOf(request, "order", ["oldest", "newest"]);
  if (after !== undefined && !/^\d{1,15}$/.test(after)) {
    throw new Problem("invalid_cursor", "after is not a cursor that this list gave");
  }
  const found = await outbox.list({
    ...which,
    limit: limit + 1,
    ...(state !== undefined && { state }),
    ...(order !== undefined && { order }),
    ...(after !== undefined && { after: Number(after) }),
  });
  const { items, end } = pageOf("alerts", found, { limit, after }, ({ seq }) => String(seq));
  return { alerts: items.map(encodeAlert), ...end };
};
