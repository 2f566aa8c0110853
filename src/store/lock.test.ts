import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";
import { inFolder } from "./testing/folder.ts";
import { lockFolder } from "./sqlite/lock.ts";

it(
  "[LK2] a lock is held until it is released, also when whoever took it keeps no reference",
  inFolder(async (folder) => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    lockFolder(folder);
    for (let i = 0; i < 5; i++) {
      collect();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(() => lockFolder(folder)).toThrow(`in use by process ${process.pid}`);
  }),
);
