import type { EpochMs, LngLat } from "#geo";
import { type Flight, flight } from "./flight.ts";
import { type Random, seeded } from "./random.ts";

/** An airport that flights use, named after the city it serves. */
export interface Airport {
  readonly iata: string;
  readonly name: string;
  readonly city: string;
  readonly lon: number;
  readonly lat: number;
}

/** A position as an aircraft reports it, in the form of `POST /api/positions`. */
export interface Report {
  readonly device: string;
  readonly time: EpochMs;
  readonly lon: number;
  readonly lat: number;
  readonly altitude: number;
  readonly speed: number;
  readonly course: number;
  readonly accuracy: number;
  readonly attributes: { readonly from: string; readonly to: string };
}

/** Aircraft that fly for ever: each lands, stands for a while, and leaves for somewhere else. */
export interface Fleet {
  readonly size: number;
  /** What aircraft `index` reports at `time`; times of one aircraft must not go backwards. */
  report(index: number, time: EpochMs): Report;
}

/** What the fleet is made of; the same orders give the same fleet. */
export interface FleetOrder {
  /** At least two, the busiest first. */
  readonly airports: readonly Airport[];
  readonly size: number;
  readonly seed: number;
  /** Most aircraft are in the air at this moment. */
  readonly start: EpochMs;
}

interface Aircraft {
  readonly device: string;
  readonly random: Random;
  from: Airport;
  to: Airport;
  flight: Flight;
  leaves: EpochMs;
}

const SHORTEST = 3;
const LONGEST = 95;
const STOP_MINUTES = [12, 40] as const;

/** Puts `size` aircraft on their way. */
export function createFleet({ airports, size, seed, start }: FleetOrder): Fleet {
  const fleet = Array.from({ length: size }, (_, index) => launch(airports, index, seed, start));
  return {
    size,
    report(index, time) {
      const aircraft = fleet[index];
      if (aircraft === undefined) throw new RangeError(`aircraft ${index} of ${size}`);
      while (time >= aircraft.leaves) turnRound(aircraft, airports);
      return reportOf(aircraft, time);
    },
  };
}

function launch(airports: readonly Airport[], index: number, seed: number, start: EpochMs): Aircraft {
  const random = seeded(Math.imul(seed, 0x9e3779b1) + index);
  const from = somewhere(airports, random);
  const to = destination(airports, from, random);
  const whole = trip(from, to, 0, random);
  // Somewhere on its way, or already standing at its destination.
  const stop = stopLength(random);
  const elapsed = random() * (whole.arrives + stop);
  const device = callSign(index, random);
  const begun = trip(from, to, start - elapsed, random);
  return { device, random, from, to, flight: begun, leaves: begun.arrives + stop };
}

function turnRound(aircraft: Aircraft, airports: readonly Airport[]): void {
  const { random, to, leaves } = aircraft;
  aircraft.from = to;
  aircraft.to = destination(airports, to, random);
  aircraft.flight = trip(aircraft.from, aircraft.to, leaves, random);
  aircraft.leaves = aircraft.flight.arrives + stopLength(random);
}

function trip(from: Airport, to: Airport, departs: EpochMs, random: Random): Flight {
  const speed = 225 + random() * 30;
  const altitude = 10_000 + Math.floor(random() * 8) * 300;
  return flight(placeOf(from), placeOf(to), departs, speed, altitude);
}

/** Busy airports come first in the list and are chosen more often. */
function somewhere(airports: readonly Airport[], random: Random): Airport {
  const index = Math.floor(random() ** 1.6 * airports.length);
  const airport = airports[index];
  if (airport === undefined) throw new RangeError("a fleet needs airports");
  return airport;
}

/** Another airport within the range of an airliner; near ones are likelier. */
function destination(airports: readonly Airport[], from: Airport, random: Random): Airport {
  let last = from;
  for (let tries = 0; tries < 50; tries += 1) {
    const candidate = somewhere(airports, random);
    const angle = angleBetween(from, candidate);
    if (angle < SHORTEST || angle > LONGEST) continue;
    last = candidate;
    if (random() < 12 / angle) break;
  }
  if (last === from) throw new RangeError(`no airport within reach of ${from.iata}`);
  return last;
}

/** Degrees of arc between two airports. */
function angleBetween(a: Airport, b: Airport): number {
  const rad = Math.PI / 180;
  const cosine =
    Math.sin(a.lat * rad) * Math.sin(b.lat * rad) +
    Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.cos((a.lon - b.lon) * rad);
  return Math.acos(Math.min(1, Math.max(-1, cosine))) / rad;
}

function stopLength(random: Random): number {
  const [least, most] = STOP_MINUTES;
  return (least + random() * (most - least)) * 60_000;
}

/** Like a flight number: letters that no airline owns alone, and a number that no other aircraft has. */
function callSign(index: number, random: Random): string {
  const letter = (): string => "ABCDEFGHJKLMNPQRSTUVWXYZ"[Math.floor(random() * 24)] ?? "X";
  return `${letter()}${letter()}${1000 + index}`;
}

function placeOf({ lon, lat }: Airport): LngLat {
  return [lon, lat];
}

function reportOf({ device, flight: current, from, to }: Aircraft, time: EpochMs): Report {
  const { place, course, speed, altitude } = current.at(time);
  return {
    device,
    time,
    lon: round(place[0], 5),
    lat: round(place[1], 5),
    altitude: round(altitude, 0),
    speed: round(speed, 1),
    course: round(course, 1) % 360,
    accuracy: 8,
    attributes: { from: from.city, to: to.city },
  };
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
