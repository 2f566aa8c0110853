import type { EpochMs, LngLat, Meters, MetersPerSecond } from "#geo";
import { type GreatCircle, greatCircle } from "./great-circle.ts";

/** An aircraft at a moment. */
export interface FlightState {
  readonly place: LngLat;
  readonly course: number;
  readonly speed: MetersPerSecond;
  readonly altitude: Meters;
}

/** One flight from one airport to another: where the aircraft is, as a function of time. */
export interface Flight {
  readonly arrives: EpochMs;
  /** Before the departure it stands at its origin, after the arrival at its destination. */
  at(time: EpochMs): FlightState;
}

const TAKE_OFF: MetersPerSecond = 80;
const TOUCH_DOWN: MetersPerSecond = 70;
const CLIMB_SECONDS = 18 * 60;
const DESCENT_SECONDS = 24 * 60;

/** How a flight spends its time: seconds of climb, cruise and descent, and how high and fast it gets. */
interface Profile {
  readonly climb: number;
  readonly cruise: number;
  readonly descent: number;
  readonly speed: MetersPerSecond;
  readonly altitude: Meters;
}

/** A flight at `speed` and `altitude` in the middle; a short one never gets that high. */
export function flight(
  from: LngLat,
  to: LngLat,
  departs: EpochMs,
  speed: MetersPerSecond,
  altitude: Meters,
): Flight {
  const route = greatCircle(from, to);
  const profile = profileOf(route.length, speed, altitude);
  const seconds = profile.climb + profile.cruise + profile.descent;
  return {
    arrives: departs + seconds * 1000,
    at(time) {
      const flown = Math.min(Math.max(0, (time - departs) / 1000), seconds);
      return stateAt(route, profile, flown, flown === 0 || flown === seconds);
    },
  };
}

function profileOf(length: Meters, speed: MetersPerSecond, altitude: Meters): Profile {
  const climbing = CLIMB_SECONDS * ((TAKE_OFF + speed) / 2);
  const descending = DESCENT_SECONDS * ((speed + TOUCH_DOWN) / 2);
  const fit = Math.min(1, length / (climbing + descending));
  const cruise = Math.max(0, length - climbing - descending) / speed;
  return {
    climb: CLIMB_SECONDS * fit,
    cruise,
    descent: DESCENT_SECONDS * fit,
    speed,
    altitude: altitude * fit,
  };
}

/** Speed changes linearly in climb and descent, so the way flown is the area under a trapezoid. */
function stateAt(route: GreatCircle, profile: Profile, flown: number, stands: boolean): FlightState {
  const { climb, cruise, descent, speed, altitude } = profile;
  const up = Math.min(1, flown / climb);
  const down = Math.max(0, (flown - climb - cruise) / descent);
  const level = Math.min(Math.max(0, flown - climb), cruise);
  const along =
    climb * up * (TAKE_OFF + ((speed - TAKE_OFF) * up) / 2) +
    level * speed +
    descent * down * (speed - ((speed - TOUCH_DOWN) * down) / 2);
  const { place, course } = route.at(Math.min(along, route.length));
  const now = down > 0 ? speed - (speed - TOUCH_DOWN) * down : TAKE_OFF + (speed - TAKE_OFF) * up;
  const height = altitude * smooth(down > 0 ? 1 - down : up);
  return { place, course, speed: stands ? 0 : now, altitude: height };
}

/** 0 to 1 without a kink at either end. */
function smooth(share: number): number {
  return share * share * (3 - 2 * share);
}
