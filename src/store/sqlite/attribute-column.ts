import {
  type Attributes,
  type ByteReader,
  type ByteWriter,
  type Fix,
  readAttributes,
  TextsIn,
  TextsOut,
  writeAttributes,
} from "#wire";

/** The same text for the same keys in the same order with the same values; JSON alone takes -0 for 0. */
function keyOf(attributes: Attributes): string {
  const text = JSON.stringify(attributes);
  const zeros = Object.values(attributes).map((value) => (Object.is(value, -0) ? "-" : "+"));
  return zeros.includes("-") ? text + zeros.join("") : text;
}

/**
 * The attributes of a run of fixes: how many different ones there are, each once, then runs of
 * (which, how many fixes); which = 0 is a fix without attributes.
 */
export function writeAttributeColumn(out: ByteWriter, fixes: readonly Fix[]): void {
  const different = new Map<string, { readonly place: number; readonly attributes: Attributes }>();
  const places = fixes.map(({ attributes }) => {
    if (!attributes) return 0;
    const key = keyOf(attributes);
    const found = different.get(key);
    if (found) return found.place;
    different.set(key, { place: different.size + 1, attributes });
    return different.size;
  });
  out.varint(different.size);
  if (different.size === 0) return;
  const texts = new TextsOut();
  for (const { attributes } of different.values()) writeAttributes(out, attributes, texts);
  for (let start = 0; start < places.length;) {
    const place = places[start] ?? 0;
    let end = start + 1;
    while (end < places.length && places[end] === place) end++;
    out.varint(place);
    out.varint(end - start);
    start = end;
  }
}

/** Reads what `writeAttributeColumn` wrote for `count` fixes; fixes with the same attributes share them. */
export function readAttributeColumn(
  from: ByteReader,
  count: number,
  each: (i: number, attributes: Attributes) => void,
): void {
  const size = from.count();
  if (size === 0) return;
  const texts = new TextsIn();
  const different: Attributes[] = [];
  for (let i = 0; i < size; i++) different.push(readAttributes(from, texts));
  for (let start = 0; start < count;) {
    const place = from.varint();
    const end = start + from.varint();
    if (end <= start || end > count) from.fail(`a run from ${start} to ${end} of ${count}`);
    if (place > 0) {
      const attributes = different[place - 1] ?? from.fail(`attributes ${place} of ${size}`);
      for (let i = start; i < end; i++) each(i, attributes);
    }
    start = end;
  }
}
