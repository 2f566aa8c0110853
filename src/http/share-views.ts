import type { Clock, ShareRecord, Shares, ShareViews } from "#ports";

/** Milliseconds for which views are gathered, and links that are gathered at most before they are written. */
const [EVERY, MOST] = [10_000, 1_000];

/** Counts how often links are opened, and writes that down now and then: a thousand requests are one write. */
export class ShareViewCounter {
  readonly #shares: Pick<Shares, "addViews">;
  readonly #clock: Clock;
  readonly #failed: (error: unknown) => void;
  #gathered = new Map<string, ShareViews>();
  #cancel: (() => void) | undefined;

  /** `failed` is told when views could not be written; they are lost then. */
  constructor(shares: Pick<Shares, "addViews">, clock: Clock, failed: (error: unknown) => void) {
    this.#shares = shares;
    this.#clock = clock;
    this.#failed = failed;
  }

  count({ workspace, id }: ShareRecord): void {
    const key = `${workspace} ${id}`;
    const views = (this.#gathered.get(key)?.views ?? 0) + 1;
    this.#gathered.set(key, { workspace, id, views, lastViewedAt: this.#clock.now() });
    if (this.#gathered.size >= MOST) void this.flush();
    else this.#cancel ??= this.#clock.after(EVERY, () => void this.flush());
  }

  /** The link with the views that are not written yet. */
  upToDate(share: ShareRecord): ShareRecord {
    const more = this.#gathered.get(`${share.workspace} ${share.id}`);
    if (more === undefined) return share;
    return { ...share, views: share.views + more.views, lastViewedAt: more.lastViewedAt };
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    this.#cancel?.();
    this.#cancel = undefined;
    const views = [...this.#gathered.values()];
    if (views.length === 0) return;
    this.#gathered = new Map();
    await this.#shares.addViews(views).catch(this.#failed);
  }
}
