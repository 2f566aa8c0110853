/*
 * Memory of the index that never moves. It is shared memory, though nobody shares it: V8 counts private buffers
 * and begins a full collection after every 64 MB of new ones, each of which marks the whole heap. With a million
 * fences in the heap that was most of the time it took to load them.
 */

/** Zeroed integers. */
export function intPage(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}

/** Zeroed doubles. */
export function doublePage(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(8 * length));
}
