/** A binary heap: the least element first. Elements are not removed from its middle; their owner skips stale ones. */
export class Heap<Element> {
  readonly #before: (a: Element, b: Element) => boolean;
  readonly #elements: Element[] = [];

  constructor(before: (a: Element, b: Element) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#elements.length;
  }

  peek(): Element | undefined {
    return this.#elements[0];
  }

  push(element: Element): void {
    const all = this.#elements;
    let at = all.push(element) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, above)) break;
      at = above;
    }
  }

  pop(): Element | undefined {
    const all = this.#elements;
    const [first] = all;
    const last = all.pop();
    if (last === undefined || all.length === 0) return first;
    all[0] = last;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const below = this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(below, at)) return first;
      at = below;
    }
  }

  clear(): void {
    this.#elements.length = 0;
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#elements[a], this.#elements[b]];
    return first !== undefined && second !== undefined && this.#before(first, second);
  }

  #swapIfBefore(a: number, b: number): boolean {
    if (!this.#isBefore(a, b)) return false;
    const [first, second] = [this.#elements[a], this.#elements[b]];
    if (first === undefined || second === undefined) return false;
    this.#elements[a] = second;
    this.#elements[b] = first;
    return true;
  }
}
