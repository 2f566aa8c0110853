import { type DeviceId, type Fix, formatTime } from "#wire";
import type { GroupSet } from "./audience.ts";

/** A device on the map: where it is now, and that position's JSON, made when somebody first needs it. */
export class Entry {
  readonly device: DeviceId;
  cell = -1;
  /** Decides who may see it. */
  groups: GroupSet;
  #fix: Fix;
  #deleted = false;
  #json: string | undefined;

  constructor(fix: Fix, groups: GroupSet) {
    this.device = fix.device;
    this.groups = groups;
    this.#fix = fix;
  }

  get fix(): Fix {
    return this.#fix;
  }

  get lon(): number {
    return this.#fix.lon;
  }

  get lat(): number {
    return this.#fix.lat;
  }

  get deleted(): boolean {
    return this.#deleted;
  }

  /** False when nothing that viewers see has changed. */
  move(fix: Fix): boolean {
    const was = this.#fix;
    if (
      was.time === fix.time &&
      was.lon === fix.lon &&
      was.lat === fix.lat &&
      was.speed === fix.speed &&
      was.course === fix.course
    ) {
      return false;
    }
    this.#fix = fix;
    this.#json = undefined;
    return true;
  }

  delete(): void {
    this.#deleted = true;
  }

  /** `{"device","time","lon","lat","speed"?,"course"?}`, the last two to a thousandth; encoded once per position however many viewers get it. */
  get json(): string {
    if (this.#json === undefined) {
      const { device, time, lon, lat, speed, course } = this.#fix;
      this.#json = JSON.stringify({
        device,
        time: formatTime(time),
        lon,
        lat,
        ...(speed !== undefined && { speed: shorten(speed) }),
        // What rounds up to 360 is north, which is 0.
        ...(course !== undefined && { course: shorten(course) % 360 }),
      });
    }
    return this.#json;
  }
}

/** Computed speeds and courses have sixteen digits, most of which say nothing. */
const shorten = (value: number): number => Math.round(value * 1000) / 1000;
