import type { EpochMs } from "#geo";

/** Something that a form offers to tick or to choose. */
export interface Choice {
  readonly value: string;
  readonly label: string;
  /** Stands behind the label, quieter. */
  readonly hint?: string | undefined;
}

/** What is wrong with what somebody typed. */
export interface FieldProblem {
  /** The field it belongs beside; absent when it belongs to none. */
  readonly field?: string | undefined;
  readonly text: string;
}

/** What a page says of what was done just now. */
export interface Notice {
  readonly text: string;
  /** It did not go as it should. */
  readonly bad?: boolean;
  /** What one should know besides, in sentences. */
  readonly notes?: readonly string[];
  /** A secret that is shown this once. */
  readonly secret?: string;
}

/** Names by id, as far as somebody gave them. */
export type NameMap = ReadonlyMap<string, string>;

/** Names of what definitions name. */
export interface Names {
  readonly devices: NameMap;
  readonly fences: NameMap;
  readonly watches: NameMap;
  readonly targets: NameMap;
}

/** One try to send an alert. */
export interface AttemptRow {
  readonly at: EpochMs;
  readonly duration: number;
  readonly status?: number | undefined;
  readonly error?: string | undefined;
}

/** The name, or the id where there is none. */
export function nameOf(names: NameMap, id: string): string {
  return names.get(id) || id;
}
