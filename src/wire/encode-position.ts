import type { Attributes, Fix, Position } from "./position.ts";
import { formatTime } from "./time.ts";

/** A position or fix in answers: time in RFC 3339 UTC, the rest as in `Fix`. */
export interface PositionBody {
  readonly device: string;
  readonly time: string;
  readonly lon: number;
  readonly lat: number;
  readonly altitude?: number;
  readonly speed?: number;
  readonly course?: number;
  readonly accuracy?: number;
  readonly attributes?: Attributes;
  readonly computed?: Fix["computed"];
  readonly outlier?: true;
  readonly late?: true;
}

/** A position or fix as it leaves the server. */
export const encodePosition = (fix: Fix | Position): PositionBody => ({ ...fix, time: formatTime(fix.time) });
