import type { FastifyInstance } from "fastify";
import type { Principal } from "#ports";
import {
  allows,
  encodeDevice,
  isId,
  isPrintable,
  Problem,
  show,
  type Device,
  type DeviceBody,
  type DeviceLabel,
} from "#wire";
import { pageOf, type ListEnd } from "./answer-list.ts";
import { askAfterKey, askId, askLimit, askObject, askText } from "./ask.ts";
import { principalOf } from "./gate.ts";
import { devicesIn, readGroups } from "./groups.ts";
import type { HttpPorts } from "./options.ts";
import { seenBy } from "./sight.ts";

const MAX_NAME = 200;
const MAX_ICON = 64;

const unknown = (id: string): Problem => new Problem("unknown_device", `there is no device ${show(id)}`);

const readText = (value: unknown, key: string, most: number): string | undefined => {
  if (value === undefined) return undefined;
  if (value === null) return "";
  if (typeof value === "string" && value.length <= most && isPrintable(value)) return value;
  throw new Problem(
    "invalid_field",
    `${key} is ${show(value)}; expected at most ${most} printable characters`,
  );
};

/** Name and icon; `null` and "" remove, absent leaves as it is. */
const readLabel = (body: Readonly<Record<string, unknown>>): DeviceLabel => {
  const name = readText(body["name"], "name", MAX_NAME);
  const icon = readText(body["icon"], "icon", MAX_ICON);
  return { ...(name !== undefined && { name }), ...(icon !== undefined && { icon }) };
};

/** A page of devices. */
export type DevicesBody = ListEnd & { readonly devices: readonly DeviceBody[] };

/** `/api/devices` and `/api/devices/{id}`; reading needs `view`, changing `admin`. */
export const addDeviceRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  const { devices, editor, bus, clock } = ports;
  const limited = { config: { limited: true } } as const;

  const mustGet = async (principal: Principal, id: string): Promise<Device> => {
    const device = await seenBy(principal, ports).devices.get(principal.workspace, id);
    if (device === undefined) throw unknown(id);
    return device;
  };

  server.get("/api/devices", limited, async (request): Promise<DevicesBody> => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "devices");
    const { workspace } = principalOf(request);
    const seen = seenBy(principalOf(request), ports);
    const group = askText(request, "group");
    const page = { limit: limit + 1, ...(after !== undefined && { after }) };
    const found =
      group === undefined
        ? await seen.devices.list(workspace, page)
        : await devicesIn(seen, { workspace, group, ...page });
    const { items, end } = pageOf("devices", found, { limit, after }, ({ status }) => status.device);
    return { devices: items.map(encodeDevice), ...end };
  });

  server.get("/api/devices/:id", limited, async (request) =>
    encodeDevice(await mustGet(principalOf(request), askId(request))),
  );

  server.post("/api/devices", async (request, reply) => {
    const { workspace } = principalOf(request);
    const body = askObject(request);
    const id = body["id"];
    if (typeof id !== "string" || !isId(id)) {
      throw new Problem("invalid_device", `id is ${show(id)}; expected 1 to 128 printable characters`);
    }
    const label = readLabel(body);
    if (!(await devices.register(workspace, id, label, clock.now()))) {
      throw new Problem("conflict", `there is a device ${show(id)} already`);
    }
    bus.publish({ kind: "device-described", workspace, device: id, label });
    reply.code(201).header("location", `/api/devices/${encodeURIComponent(id)}`);
    return encodeDevice(await mustGet(principalOf(request), id));
  });

  // Whoever operates names devices; groups decide who sees what, and are for who manages.
  const describing = { config: { scope: "operate", limited: true } } as const;
  server.patch("/api/devices/:id", describing, async (request) => {
    const { workspace, scopes } = principalOf(request);
    const seen = seenBy(principalOf(request), ports);
    const id = askId(request);
    const body = askObject(request);
    const wanted = readLabel(body);
    const groups = readGroups(body["groups"]);
    if (groups !== undefined && !allows(scopes, "manage")) {
      throw new Problem("forbidden", "groups decide who sees a device; changing them needs manage");
    }
    if (!(await seen.devices.describe(workspace, id, wanted))) throw unknown(id);
    if (groups !== undefined) await editor.setGroups(workspace, id, groups);
    const device = await mustGet(principalOf(request), id);
    const { name, icon } = device;
    const label = { ...(name !== undefined && { name }), ...(icon !== undefined && { icon }) };
    bus.publish({ kind: "device-described", workspace, device: id, label });
    return encodeDevice(device);
  });

  server.delete("/api/devices/:id", async (request, reply) => {
    await editor.deleteDevice(principalOf(request).workspace, askId(request));
    return reply.code(204).send();
  });
};
