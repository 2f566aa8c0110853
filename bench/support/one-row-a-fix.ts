import { DatabaseSync } from "node:sqlite";
import { seededRandom } from "./random.ts";

/** How the ordinary table was filled and what it took afterwards. */
export interface OrdinaryFigures {
  readonly rowsBefore: number;
  readonly positionsPerSecond: number;
}

/**
 * The ordinary way: one table, one row a fix, primary key (device, time), WAL, `synchronous=FULL`, one transaction
 * a request of 100. Filled in key order (the quickest way), then measured with interleaved devices for `seconds`.
 * No HTTP, no JSON, no fences: what is measured is the table alone.
 */
export function measureOrdinaryTable(
  path: string,
  options: { rows: number; devices: number; seconds: number; seed: number },
): OrdinaryFigures {
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536");
    database.exec(
      `CREATE TABLE positions (device TEXT, time INTEGER, lon REAL, lat REAL, speed REAL, course REAL,
         accuracy REAL, PRIMARY KEY (device, time)) WITHOUT ROWID`,
    );
    const insert = database.prepare("INSERT OR IGNORE INTO positions VALUES (?, ?, ?, ?, ?, ?, ?)");
    const random = seededRandom(options.seed);
    const each = Math.ceil(options.rows / options.devices);
    const put = (device: number, index: number): void => {
      const name = `vehicle-${String(device).padStart(5, "0")}`;
      insert.run(
        name,
        1_600_000_000_000 + index * 1_000,
        random() * 2 - 1,
        51 + random(),
        14,
        random() * 360,
        5,
      );
    };
    for (let device = 0; device < options.devices; device++) {
      if (device % 100 === 0) database.exec(device === 0 ? "BEGIN" : "COMMIT; BEGIN");
      for (let index = 0; index < each; index++) put(device, index);
    }
    database.exec("COMMIT; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA synchronous=FULL");
    const order = Uint32Array.from({ length: options.devices }, (_, index) => index);
    for (let i = order.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
    }
    const start = performance.now();
    let written = 0;
    while (performance.now() - start < options.seconds * 1_000) {
      database.exec("BEGIN");
      for (let i = 0; i < 100; i++, written++) {
        put(order[written % order.length] ?? 0, each + Math.floor(written / order.length));
      }
      database.exec("COMMIT");
    }
    const seconds = (performance.now() - start) / 1_000;
    return { rowsBefore: each * options.devices, positionsPerSecond: written / seconds };
  } finally {
    database.close();
  }
}
