/** What a thread can be asked: one function a method, one argument each. */
export type Calls = Record<string, (argument: never) => unknown>;

/** Messages to a thread. */
export interface Request {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

/** What went wrong in a thread, fit to be posted. `code` is of the catalogue. */
export interface Failure {
  readonly code: "storage_full" | "storage_failed" | "conflict" | "not_found" | "last_owner" | "last_way_in";
  readonly message: string;
}

/** Messages from a thread. */
export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure }
  | { readonly warning: string };
