import type { EpochMs } from "#geo";
import { formatAge, formatSpeed, staleAfter, standingBelow } from "./format.ts";
import { html, type Html } from "./html.ts";
import { deviceIcon, icon, type IconName } from "./icons.ts";
import type { DeviceRow } from "./views.ts";

/** How a device is doing, as its marker's shape says it: an arrow, a dot, a hollow ring. */
export function deviceState(device: DeviceRow, now: EpochMs): "moving" | "standing" | "stale" | "silent" {
  if (device.time === undefined) return "silent";
  if (now - device.time > staleAfter) return "stale";
  return (device.speed ?? 0) >= standingBelow ? "moving" : "standing";
}

/** The icon that a device was given, otherwise the shape of its marker: an arrow when it moves, a ring when not. */
export function rowIcon(device: DeviceRow, now: EpochMs): IconName {
  return device.icon || deviceState(device, now) === "moving" ? deviceIcon(device.icon) : "other";
}

/** One row: icon, name, speed, age. The whole row is a link to the device's page. */
export function deviceItem(device: DeviceRow, now: EpochMs): Html {
  return html`<li class="device" data-id="${device.id}" data-state="${deviceState(device, now)}">
    <a href="/devices/${encodeURIComponent(device.id)}" data-device="${device.id}">
      ${icon(rowIcon(device, now))}<span class="name">${device.name || device.id}</span
      ><span class="speed">${formatSpeed(device.speed)}</span
      ><span class="age">${device.time === undefined ? "–" : formatAge(now - device.time)}</span>
    </a>
  </li>`;
}

/** The rows of the list of devices. */
export function deviceItems(devices: readonly DeviceRow[], now: EpochMs): Html {
  return html`${devices.map((device) => deviceItem(device, now))}`;
}

/** What the list says while there is no device at all: how to send the first position. */
export function emptyDevices(origin: string): Html {
  return html`<div class="empty" id="devices-empty">
    <p>No device has sent a position yet. This sends the first one:</p>
    <pre><code>curl ${origin}/api/positions \\
  -H 'Authorization: Bearer TOKEN' \\
  -H 'Content-Type: application/json' \\
  -d '{"device":"my-phone","time":'$(date +%s000)',
       "lon":2.3522,"lat":48.8566}'</code></pre>
    <p>
      A token comes from <code>whereabouts token create</code>. Or <a href="/connect">connect a phone</a>.
    </p>
  </div>`;
}
