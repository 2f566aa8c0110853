import type { Random } from "../../bench/support/random.ts";

const below = (random: Random, n: number): number => Math.floor(random() * n);
const pick = <T>(random: Random, of: readonly T[]): T => of[below(random, of.length)]!;

/** JSON of values that no client should send: each is written as it stands, for some are no JSON. */
const STRANGE: readonly string[] = [
  "null",
  "true",
  "{}",
  "[]",
  '""',
  "-0",
  "0.1e-400",
  "1e308",
  "1e999",
  "-1e999",
  "9007199254740993",
  "NaN",
  "undefined",
  '"\\ud800"',
  '"\\u0000"',
  '"\u{1f9ed}"',
  '"__proto__"',
  '"constructor"',
  "[[[[[[[[]]]]]]]]",
  "[1,2,3,4,5,6,7,8]",
  '{"__proto__":{"polluted":true}}',
  '{"constructor":{"prototype":{"polluted":true}}}',
  '{"toString":1,"valueOf":null}',
  "[180,90,-180,-90]",
  "[-1080,-90,1080,90]",
  "[1e308,1e308,1e308,1e308]",
  "[0,0,0,0]",
  "[null,null,null,null]",
  "[-0,-0,-0,-0]",
  '"binary"',
  '"json"',
  '"all"',
  '"view"',
  "30",
  "-1",
  '"1.k3v9.a"',
  '"1.zzz.zzzzzzzzzzz"',
  '{"_placeholder":true,"num":0}',
];

/** Long or deep ones, made when they are needed. */
const HUGE: readonly ((random: Random) => string)[] = [
  (random) => "[".repeat(below(random, 8_000)),
  (random) => '{"a":'.repeat(below(random, 2_500)),
  (random) => `${"[".repeat(4_000)}${"]".repeat(below(random, 4_001))}`,
  (random) => `"${"x".repeat(below(random, 15_000))}"`,
  (random) => `[${"0,".repeat(below(random, 6_000))}0]`,
  (random) => "9".repeat(below(random, 400) + 1),
];

const value = (random: Random): string =>
  random() < 0.03 ? pick(random, HUGE)(random) : pick(random, STRANGE);

const number = (random: Random): string =>
  random() < 0.8 ? String(Math.round((random() - 0.5) * 7200) / 20) : value(random);

/** A `watch` as a client would send it, but for one field or none. */
export function almostWatch(random: Random): string {
  const fields = new Map([
    [
      "bbox",
      `[${number(random)},${random() < 0.8 ? "-10" : number(random)},${number(random)},${random() < 0.8 ? "60" : number(random)}]`,
    ],
    ["zoom", String(below(random, 31))],
    ["events", pick(random, ['"view"', '"all"'])],
    ["format", pick(random, ['"json"', '"binary"'])],
  ]);
  if (random() < 0.3) fields.set("cursor", pick(random, ['"1.k3v9.a"', '""', '"what"', '"1..0"']));
  if (random() < 0.5) fields.set(pick(random, [...fields.keys(), "__proto__", "more"]), value(random));
  if (random() < 0.1) fields.delete(pick(random, [...fields.keys()]));
  const body = Array.from(fields, ([name, text]) => `"${name}":${text}`);
  // A key may come twice.
  if (random() < 0.05) body.push(body[0]!);
  return `{${body.join(",")}}`;
}

/** A message of the stream: mostly `["watch",{…}]`, whole or mutilated. */
export function almostMessage(random: Random): string {
  const name =
    random() < 0.9
      ? '"watch"'
      : pick(random, ['"end"', '"positions"', '"connect"', '"error"', "7", "null", '"__proto__"']);
  const body = random() < 0.9 ? almostWatch(random) : value(random);
  const text =
    random() < 0.95
      ? `[${name},${body}]`
      : pick(random, [body, `[${name}]`, `[${name},${body},${body}]`, ""]);
  return random() < 0.3 ? mutilate(random, text) : text;
}

/** Takes away, doubles, swaps or puts in some characters. */
export function mutilate(random: Random, text: string): string {
  let left = text;
  for (let times = 1 + below(random, 4); times > 0; times--) {
    const [from, to] = [below(random, left.length + 1), below(random, left.length + 1)].toSorted(
      (a, b) => a - b,
    );
    const [before, part, after] = [left.slice(0, from), left.slice(from, to), left.slice(to)];
    left = pick(random, [
      () => before + after,
      () => before + part + part + after,
      () => after + part + before,
      () =>
        before +
        pick(random, ["\0", "\u{feff}", "\u001e", '"', "\\", "{", "]", ",", "\ud800", "é"]) +
        part +
        after,
      () => left.slice(0, to),
    ])();
    left = left.slice(0, 40_000);
  }
  return left;
}

/** Bytes that may be no UTF-8. */
export function almostUtf8(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text);
  if (random() < 0.9 || bytes.length === 0) return bytes;
  for (let times = below(random, 4); times >= 0; times--)
    bytes[below(random, bytes.length)] = below(random, 256);
  return bytes;
}

/** A packet of Socket.IO in one of Engine.IO, as a client would send it, nearly. */
export function almostPacket(random: Random): string {
  const message = almostMessage(random);
  const packet = pick(random, [
    `42${message}`,
    `42${message}`,
    `42${message}`,
    `42${below(random, 1e6)}${message}`,
    `451-${message}`,
    `45${below(random, 1e9)}-${message}`,
    `40{"token":${value(random)}}`,
    `40/elsewhere,${message}`,
    `41`,
    `43${below(random, 10)}[${value(random)}]`,
    `44{"message":${value(random)}}`,
    pick(random, ["2", "3", "6", "2probe", "5", "0", "b", "bAAAA", "", "4", "49", "7"]),
    `${below(random, 10)}${below(random, 10)}${value(random)}`,
  ]);
  return random() < 0.2 ? mutilate(random, packet) : packet;
}

/** The query of a stream, nearly. */
export function almostQuery(random: Random): string {
  const { bbox, ...rest } = { bbox: `${number(random)},-10,${number(random)},60`, zoom: "7", events: "all" };
  const query = new URLSearchParams({ bbox, ...rest });
  const name = pick(random, [
    "bbox",
    "zoom",
    "events",
    "cursor",
    "format",
    "token",
    "share",
    "__proto__",
    "EIO",
    "sid",
  ]);
  if (random() < 0.7) query.append(name, value(random));
  if (random() < 0.3) query.delete(pick(random, ["bbox", "zoom", "events"]));
  const text = query.toString().slice(0, 6_000);
  return random() < 0.3 ? text.replace(/%[0-9A-F]/, pick(random, ["%", "%zz", "%ff", "&&==", "?"])) : text;
}
