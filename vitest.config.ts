import { defineConfig } from "vitest/config";

const conditions = ["source"];

/** Kill processes, fill disks, damage files, or compare with brute force: too long for `npm run check`. */
const thorough = [
  "src/fence/{oracle,layered-oracle,index-oracle,flapping-many,tree,divide,proximity}.test.ts",
  "src/deliver/crash.test.ts",
  "src/live/slow-sockets.test.ts",
  "src/rule/schedule.test.ts",
  "src/store/{crash,crash-settling,disk-full,files}.test.ts",
];

/** Unit tests live beside the code; `test/` holds what needs a running server, real files or a browser. */
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    execArgv: ["--conditions=source"],
    pool: "forks",
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: "unit", include: ["src/**/*.test.ts"], exclude: thorough, testTimeout: 20_000 },
      },
      { extends: true, test: { name: "thorough", include: thorough, testTimeout: 60_000 } },
      {
        extends: true,
        test: { name: "system", include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 180_000 },
      },
    ],
  },
});
