import { writeBackup } from "./backup.ts";
import { checkFolder } from "./check.ts";
import type { KeeperCalls } from "./keeper-calls.ts";
import { serve } from "./serve.ts";

serve({
  backup: ({ folder, path }) => writeBackup(folder, path),
  check: ({ folder }) => checkFolder(folder),
} satisfies KeeperCalls);
