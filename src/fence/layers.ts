import type { Meters } from "#geo";
import type { FenceSettings } from "#wire";

/** The settings of the state machine of one fence, none of them missing. */
export interface Layers {
  /** Metres beyond the boundary that a fix must lie, its accuracy aside, to speak for leaving or for a cross. */
  readonly exitMargin: Meters;
  /** A fix whose accuracy circle reaches the boundary decides nothing. */
  readonly useAccuracy: boolean;
  /** So many decided fixes in a row confirm a change; 0 to go by time alone. */
  readonly confirmFixes: number;
  /** A run of decided fixes as long as this confirms a change; 0 to go by number alone. */
  readonly confirmSeconds: number;
}

/** What a fence has that says nothing. */
export const layerDefaults: Layers = {
  exitMargin: 30,
  useAccuracy: true,
  confirmFixes: 3,
  confirmSeconds: 300,
};

/** The layers of a fence, with the defaults for what it does not say. */
export function layersOf(fence: FenceSettings): Layers {
  return {
    exitMargin: fence.exitMargin ?? layerDefaults.exitMargin,
    useAccuracy: fence.useAccuracy ?? layerDefaults.useAccuracy,
    confirmFixes: fence.confirmFixes ?? layerDefaults.confirmFixes,
    confirmSeconds: fence.confirmSeconds ?? layerDefaults.confirmSeconds,
  };
}

/** Whether no layer is on: then every single fix decides. */
export function isStrict(layers: Layers): boolean {
  const { exitMargin, useAccuracy, confirmFixes, confirmSeconds } = layers;
  return exitMargin === 0 && !useAccuracy && confirmFixes <= 1 && confirmSeconds === 0;
}
