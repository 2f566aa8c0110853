import { Hub } from "../hub.ts";
import { DEFAULTS, type LiveSettings } from "../settings.ts";
import type { Viewer } from "../viewer.ts";
import { decodeWatch } from "../watch.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeLine } from "./fake-line.ts";
import { WORKSPACE, World } from "./world.ts";

/** The core alone: a world, a clock that stands still, and lines that a test holds in its hand. */
export class Stage {
  readonly world: World;
  readonly clock: FakeClock = new FakeClock();
  hub: Hub;
  readonly #settings: LiveSettings;

  constructor(settings: Partial<LiveSettings> = {}, world: World = new World()) {
    this.world = world;
    this.#settings = { ...DEFAULTS, ...settings };
    this.hub = this.#open();
  }

  /** As after a restart of the server: another core over the same world. */
  restart(): void {
    this.hub.close();
    this.hub = this.#open();
  }

  /** A client joins and, unless `watch` is left out, watches. */
  join(
    watch?: object,
    line: FakeLine = new FakeLine(),
    groups?: readonly string[],
  ): { line: FakeLine; viewer: Viewer } {
    const { hub } = this;
    const viewer = hub.join({ workspace: WORKSPACE, ...(groups && { groups }) }, line);
    line.freed = () => hub.freed(viewer);
    if (watch) hub.watch(viewer, decodeWatch(watch));
    return { line, viewer };
  }

  #open(): Hub {
    const { world, clock } = this;
    return new Hub({
      latest: world,
      events: world.events,
      bus: world,
      clock,
      settings: this.#settings,
      logger: undefined,
    });
  }
}

/** Lets everything that is already resolved run. */
export const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
