import { checkGeometry } from "#fence";
import type { Fence, FenceSettings } from "#wire";
import type { LayeredFix } from "./layered-oracle.ts";
import type { Random } from "./random.ts";
import { randomFence, randomTrack, strict, type Scene } from "./scenes.ts";

/** Each layer on or off by itself; sizes that fit the scene. */
function randomSettings(r: Random, scene: Scene): FenceSettings {
  if (r.chance(0.15)) return strict;
  const scale = scene.size * 111_000;
  const settings: FenceSettings = {
    ...(r.chance(0.7) && {
      exitMargin: r.chance(0.3) ? 0 : Math.min(99_000, scale * 10 ** r.between(-3, -0.7)),
    }),
    ...(r.chance(0.7) && { useAccuracy: r.chance(0.6) }),
    ...(r.chance(0.8) && { confirmFixes: r.integer(0, 4) }),
    ...(r.chance(0.8) && { confirmSeconds: r.pick([0, 0, 20, 60, 200]) }),
  };
  return settings;
}

/** A random fence of the scene with random layers that may be put. */
export function layeredFence(r: Random, scene: Scene, id: string, version: number): Fence {
  for (;;) {
    const { geometry, radius, ...rest } = randomFence(r, scene, id, version);
    if (checkGeometry(geometry, radius) !== undefined) continue;
    const { exitMargin: _m, useAccuracy: _a, confirmFixes: _f, confirmSeconds: _s, ...bare } = rest;
    return { ...bare, geometry, ...(radius !== undefined && { radius }), ...randomSettings(r, scene) };
  }
}

/** The track of the scene with steady stretches, accuracies, speeds of all kinds, and outliers. */
export function layeredTrack(r: Random, scene: Scene, length: number): LayeredFix[] {
  const scale = scene.size * 111_000;
  const fixes: LayeredFix[] = [];
  let speed: number | undefined;
  for (const { time, lon, lat } of randomTrack(r, scene, length)) {
    const steady = r.chance(0.4) && scene.lattice === undefined ? r.integer(1, 5) : 0;
    const step = scene.size * r.pick([0.005, 0.02, 0.08]);
    const course = r.between(0, 7);
    for (let k = 0; k <= steady; k++) {
      const way = (k === 0 ? 0 : k * step) * r.between(0.95, 1.05);
      const accuracy = r.chance(0.2) ? undefined : Math.fround(scale * 10 ** r.between(-5, -1));
      if (r.chance(0.3)) speed = r.chance(0.5) ? undefined : (scale / 30) * 10 ** r.between(-3, 0);
      const at = lon + way * Math.cos(course);
      fixes.push({
        time: time + (k * 1_000) / 8,
        lon: at >= 180 ? at - 360 : at,
        lat: Math.max(-90, Math.min(90, lat + way * Math.sin(course))),
        ...(accuracy !== undefined && { accuracy }),
        ...(speed !== undefined && { speed }),
        ...(r.chance(0.06) && { outlier: true }),
      });
    }
  }
  return fixes;
}
