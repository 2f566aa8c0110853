/** Scratch of more than so many integers is given back when the stack is emptied. */
const spare = 1 << 18;

/**
 * Where runs of edges lie while a shape is sorted into cells, from the large to the small: a stack of integers, and
 * beside it one of bytes, the marks that say which children of a cell an edge meets. Both may be another array
 * after `reserve` and `reserveMarks`.
 */
export class RunStack {
  data: Int32Array = new Int32Array(4096);
  marks: Uint8Array = new Uint8Array(1024);
  /** Integers and marks in use. */
  used = 0;
  marked = 0;

  get bytes(): number {
    return this.data.byteLength + this.marks.byteLength;
  }

  /** Makes room for so many more integers. */
  reserve(count: number): void {
    if (this.used + count <= this.data.length) return;
    const grown = new Int32Array((this.used + count) * 2);
    grown.set(this.data);
    this.data = grown;
  }

  /** Makes room for so many more marks. */
  reserveMarks(count: number): void {
    if (this.marked + count <= this.marks.length) return;
    const grown = new Uint8Array((this.marked + count) * 2);
    grown.set(this.marks);
    this.marks = grown;
  }

  /** Empties both. */
  clear(): void {
    this.used = 0;
    this.marked = 0;
    if (this.data.length > spare) this.data = new Int32Array(4096);
    if (this.marks.length > spare) this.marks = new Uint8Array(1024);
  }

  /** Number of edges in some runs. */
  edges(at: number, count: number): number {
    let edges = 0;
    for (let r = 0; r < count; r++) edges += this.data[at + 2 * r + 1] ?? 0;
    return edges;
  }

  /** Puts those edges of the runs at `at` on the stack whose marks, from `mark`, have the bit; answers how many runs they are. */
  pick(at: number, count: number, mark: number, bit: number): number {
    this.reserve(2 * this.edges(at, count));
    const { data, marks } = this;
    let m = mark;
    let to = this.used;
    for (let r = 0; r < count; r++) {
      const first = data[at + 2 * r] ?? 0;
      const last = first + (data[at + 2 * r + 1] ?? 0);
      let edges = 0;
      for (let v = first; v < last; v++)
        if (((marks[m++] ?? 0) & bit) !== 0) {
          if (edges++ === 0) data[to] = v;
        } else if (edges > 0) {
          data[to + 1] = edges;
          to += 2;
          edges = 0;
        }
      if (edges > 0) {
        data[to + 1] = edges;
        to += 2;
      }
    }
    const found = (to - this.used) >> 1;
    this.used = to;
    return found;
  }
}
