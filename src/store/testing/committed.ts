import type { Fix } from "#wire";

/** Devices of the process that is killed while it commits. */
export const committedDevices: readonly string[] = Array.from({ length: 20 }, (_, i) => `device-${i}`);

/** The fixes of the commit with this offset: five of every device. */
export const committedFixes = (offset: number): Fix[] =>
  committedDevices.flatMap((device) =>
    Array.from({ length: 5 }, (_, i) => ({ device, time: offset * 10 + i, lon: offset / 1e4, lat: i })),
  );
