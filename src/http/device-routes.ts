import type { FastifyInstance } from "fastify";
import {
  encodeDevice,
  encodeKeyCursor,
  isId,
  isPrintable,
  Problem,
  show,
  type Device,
  type DeviceBody,
  type DeviceLabel,
} from "#wire";
import { askAfterKey, askId, askLimit, askObject } from "./ask.ts";
import { principalOf } from "./gate.ts";
import type { HttpPorts } from "./options.ts";

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

/** A list in answers: what `next` leads to is the page after this one, `cursor` is the end of this one. */
export interface DevicesBody {
  readonly devices: readonly DeviceBody[];
  readonly next: string | null;
  readonly cursor: string | null;
}

/** `/api/devices` and `/api/devices/{id}`; reading needs `view`, changing `admin`. */
export const addDeviceRoutes = (server: FastifyInstance, ports: HttpPorts): void => {
  const { devices, editor, bus, clock } = ports;

  const mustGet = async (workspace: string, id: string): Promise<Device> => {
    const device = await devices.get(workspace, id);
    if (device === undefined) throw unknown(id);
    return device;
  };

  server.get("/api/devices", async (request): Promise<DevicesBody> => {
    const limit = askLimit(request);
    const after = askAfterKey(request, "devices");
    const found = await devices.list(principalOf(request).workspace, {
      limit: limit + 1,
      ...(after !== undefined && { after }),
    });
    const page = found.slice(0, limit);
    const end = page.at(-1)?.status.device ?? after;
    const cursor = end === undefined ? null : encodeKeyCursor("devices", end);
    return { devices: page.map(encodeDevice), next: found.length > limit ? cursor : null, cursor };
  });

  server.get("/api/devices/:id", async (request) =>
    encodeDevice(await mustGet(principalOf(request).workspace, askId(request))),
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
    return encodeDevice(await mustGet(workspace, id));
  });

  server.patch("/api/devices/:id", async (request) => {
    const { workspace } = principalOf(request);
    const id = askId(request);
    if (!(await devices.describe(workspace, id, readLabel(askObject(request))))) throw unknown(id);
    const device = await mustGet(workspace, id);
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
