/** One group commit: entries framed as length and body, ready to be a row. */
export interface Group {
  readonly first: number;
  readonly count: number;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A row of the log as it is read back. */
export interface Row extends Group {}

/** What the log thread can be asked. */
export type LogCalls = {
  /** Opens `log.sqlite`; offsets go on after `floor` at least. Answers the end of the log. */
  open: (argument: { readonly path: string; readonly floor: number }) => number;
  /** Durable when it answers. */
  append: (group: Group) => void;
  /** Rows with entries after `after`, at least one when there is any, up to about `bytes`. */
  read: (argument: { readonly after: number; readonly bytes: number }) => readonly Row[];
  truncate: (through: number) => void;
  close: (argument: null) => void;
};
