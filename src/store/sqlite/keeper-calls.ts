/** What the keeper thread, started for one piece of long work, can be asked. */
export type KeeperCalls = {
  backup: (argument: { readonly folder: string; readonly path: string }) => void;
  check: (argument: { readonly folder: string }) => readonly string[];
};
