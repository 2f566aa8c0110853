/** Counts bytes that the network was handed and has not taken; a transport keeps one for each client. */
export class InFlight {
  bytes = 0;
  readonly #freed: () => void;

  /** `freed` is called each time that bytes were taken. */
  constructor(freed: () => void) {
    this.#freed = freed;
  }

  /** Bytes are on their way; answers what to call once they are taken, which may be at once or never. */
  add(bytes: number): () => void {
    this.bytes += bytes;
    let open = true;
    return () => {
      if (!open) return;
      open = false;
      this.bytes -= bytes;
      this.#freed();
    };
  }
}
