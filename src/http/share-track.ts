import type { Clock, Fences, History, Latest, OpenShare, ShownDevices } from "#ports";
import { namedDevices, prepareVeil, reachOf, type ShownFix, trackThrough } from "#share";
import { type DeviceId, EARLIEST, type Fix, Problem } from "#wire";

/** What tracks are read from. */
export interface ShareTrackPorts {
  readonly history: History;
  readonly latest: Latest;
  readonly fences: Fences;
  readonly clock: Clock;
  /** What the live streams show; without it only devices that a link names have tracks. */
  readonly shown?: ShownDevices;
}

/** How far back a track goes that has no beginning. */
const DAY = 86_400_000;
/** How many days back one goes that has. */
const MOST_DAYS = 31;
/** Positions that are read for a track, at once and in all, and that are shown. */
const [PAGE, MOST_READ, MOST_SHOWN] = [10_000, 100_000, 5_000];
/** Tracks that are read at once, and that may wait. */
const [AT_ONCE, MOST_WAITING] = [2, 32];
/** Reads the ways of devices as share links show them, a few at a time: whoever has a link may ask as often as they like. */
export class ShareTracks {
  readonly #ports: ShareTrackPorts;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #asked = new Map<string, ReturnType<ShareTracks["read"]>>();

  constructor(ports: ShareTrackPorts) {
    this.#ports = ports;
  }

  /**
   * The way of the device that has this alias, in stretches between which it was hidden. Throws `forbidden` where the
   * link shows last positions only, `not_found` for what it does not show, `overloaded`.
   */
  async read(open: OpenShare, alias: string): Promise<readonly (readonly ShownFix[])[]> {
    if (!open.share.track) throw new Problem("forbidden", "this share link shows last positions only");
    const device = this.#deviceOf(open, alias);
    if (device === undefined) throw new Problem("not_found", "this share link shows no such device");
    // Whoever asks for the same at the same time gets the same.
    const key = `${open.share.id} ${device}`;
    const asked = this.#asked.get(key);
    if (asked !== undefined) return await asked;
    const reading = this.#inTurn(() => this.#through(open, device)).finally(() => this.#asked.delete(key));
    this.#asked.set(key, reading);
    return await reading;
  }

  /** Aliases of the devices that the link names, as far as it may show them. */
  namedBy({ share, groups, alias }: OpenShare): readonly string[] {
    const reach = reachOf(share.what, groups);
    return (namedDevices(share.what) ?? [])
      .filter((id) => {
        const status = this.#ports.latest.get(share.workspace, id);
        return status !== undefined && reach(status);
      })
      .map(alias);
  }

  #deviceOf({ share, groups, alias: aliasOf }: OpenShare, alias: string): DeviceId | undefined {
    const device =
      namedDevices(share.what)?.find((id) => aliasOf(id) === alias) ??
      this.#ports.shown?.shownAs(share.id, alias);
    const status = device === undefined ? undefined : this.#ports.latest.get(share.workspace, device);
    return status !== undefined && reachOf(share.what, groups)(status) ? device : undefined;
  }

  async #through(open: OpenShare, device: DeviceId): Promise<readonly (readonly ShownFix[])[]> {
    const { workspace } = open.share;
    const { fences, clock } = this.#ports;
    const { veil } = await prepareVeil(open, fences);
    const to = veil.newestAt(clock.now());
    const from = veil.from === -Infinity ? to - DAY : Math.max(veil.from, to - MOST_DAYS * DAY);
    return trackThrough(veil, await this.#fixes(workspace, device, from, to), MOST_SHOWN);
  }

  /** At most `MOST_READ`, from the beginning of the span. */
  async #fixes(workspace: string, device: DeviceId, from: number, to: number): Promise<readonly Fix[]> {
    const fixes: Fix[] = [];
    for (let next = Math.max(from, EARLIEST); next <= to;) {
      const page = await this.#ports.history.range({ workspace, device, from: next, to, limit: PAGE });
      fixes.push(...page);
      const last = page.at(-1);
      if (page.length < PAGE || last === undefined || fixes.length >= MOST_READ) return fixes;
      next = last.time + 1;
    }
    return fixes;
  }

  async #inTurn<Answer>(read: () => Promise<Answer>): Promise<Answer> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING)
        throw new Problem("overloaded", "too many tracks are being read");
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await read();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }
}
