import { equatorRadius, flattening, polarRadius, radians } from "./wgs84.ts";

/** What `solveInverse` found, in metres and radians; valid until its next call. */
export interface InverseSolution {
  /** Metres. */
  distance: number;
  /** Radians clockwise from north at the first point, -π…π. */
  azimuth: number;
}

/** The one result object: the solver sits in hot loops and must not allocate. */
const solution: InverseSolution = { distance: 0, azimuth: 0 };

const secondEccentricitySquared = (equatorRadius ** 2 - polarRadius ** 2) / polarRadius ** 2;
const maxIterations = 12;
/** Beyond this longitude difference on the auxiliary sphere the iteration may converge to the wrong geodesic. */
const antipodalLimit = 178.5 * radians;

/**
 * Vincenty's inverse formula (Survey Review XXIII 176, 1975). Arguments in degrees. Answers undefined where it
 * does not converge or could mislead (nearly antipodal points); callers then ask Karney's method.
 */
export function solveInverse(
  lon1: number,
  lat1: number,
  lon2: number,
  lat2: number,
): Readonly<InverseSolution> | undefined {
  let dLon = lon2 - lon1;
  if (dLon > 180 || dLon < -180) dLon -= 360 * Math.round(dLon / 360);
  const L = dLon * radians;
  const u1 = Math.atan2((1 - flattening) * Math.sin(lat1 * radians), Math.cos(lat1 * radians));
  const u2 = Math.atan2((1 - flattening) * Math.sin(lat2 * radians), Math.cos(lat2 * radians));
  const sinU1 = Math.sin(u1);
  const cosU1 = Math.cos(u1);
  const sinU2 = Math.sin(u2);
  const cosU2 = Math.cos(u2);
  let lambda = L;
  for (let i = 0; i < maxIterations; i++) {
    const sinLambda = Math.sin(lambda);
    const cosLambda = Math.cos(lambda);
    const east = cosU2 * sinLambda;
    // cosU1·sinU2 − sinU1·cosU2·cosλ, written so that close points do not cancel.
    const halfSin = Math.sin(lambda / 2);
    const north = Math.sin(u2 - u1) + 2 * sinU1 * cosU2 * halfSin * halfSin;
    const sinSigma = Math.sqrt(east * east + north * north);
    if (sinSigma === 0) {
      if (cosU1 * cosU2 * cosLambda + sinU1 * sinU2 < 0) return undefined;
      solution.distance = 0;
      solution.azimuth = 0;
      return solution;
    }
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * cosLambda;
    const sigma = Math.atan2(sinSigma, cosSigma);
    if (sigma > antipodalLimit) return undefined;
    const sinAlpha = (cosU1 * cosU2 * sinLambda) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha * sinAlpha;
    const cos2SigmaM = cosSqAlpha < 1e-14 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cosSqAlpha;
    const C = (flattening / 16) * cosSqAlpha * (4 + flattening * (4 - 3 * cosSqAlpha));
    const twist = cos2SigmaM + C * cosSigma * (2 * cos2SigmaM * cos2SigmaM - 1);
    const next = L + (1 - C) * flattening * sinAlpha * (sigma + C * sinSigma * twist);
    if (Math.abs(next - lambda) < 1e-13) {
      solution.distance = arcLength(cosSqAlpha, sigma, sinSigma, cosSigma, cos2SigmaM);
      solution.azimuth = Math.atan2(east, north);
      return solution;
    }
    lambda = next;
  }
  return undefined;
}

/** Metres of an arc `sigma` on the auxiliary sphere. */
function arcLength(
  cosSqAlpha: number,
  sigma: number,
  sinSigma: number,
  cosSigma: number,
  cos2SigmaM: number,
): number {
  const uSq = cosSqAlpha * secondEccentricitySquared;
  const A = 1 + (uSq / 16384) * (4096 + uSq * (-768 + uSq * (320 - 175 * uSq)));
  const B = (uSq / 1024) * (256 + uSq * (-128 + uSq * (74 - 47 * uSq)));
  const m = cos2SigmaM;
  const deltaSigma =
    B *
    sinSigma *
    (m +
      (B / 4) * (cosSigma * (2 * m * m - 1) - (B / 6) * m * (4 * sinSigma * sinSigma - 3) * (4 * m * m - 3)));
  return polarRadius * A * (sigma - deltaSigma);
}
