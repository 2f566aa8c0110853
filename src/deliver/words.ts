import { type Event, formatTime } from "#wire";
import { TEST_TEXT } from "./cloud-event.ts";
import type { Message, Names } from "./message.ts";

/** Longest line of a headline; more is cut. */
const LINE = 200;

/** One line without anything that could end it or turn its direction. */
const oneLine = (text: string): string => {
  const line = text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]+/gu, " ").trim();
  return line.length > LINE ? `${line.slice(0, LINE - 1).replace(/[\uD800-\uDBFF]$/, "")}…` : line;
};

function sentenceOf(
  event: Event,
  { device = event.device, fence = event.fence, other = event.other }: Names,
): string {
  const there = fence === undefined ? "" : ` in ${fence}`;
  const place = fence ?? "a fence";
  switch (event.type) {
    case "enter":
      return `${device} entered ${place}`;
    case "exit":
      return `${device} left ${place}`;
    case "cross":
      return `${device} passed through ${place}`;
    case "dwell":
      return `${device} has stayed in ${place}`;
    case "absent":
      return `${device} has stayed away from ${place}`;
    case "silent":
      return `${device} has not reported`;
    case "overspeed":
      return `${device} is too fast${there}`;
    case "stopped":
      return `${device} has stopped${there}`;
    case "moving":
      return `${device} is moving${there}`;
    case "proximity":
      return `${device} is near ${other ?? "another device"}`;
    case "apart":
      return `${device} is no longer near ${other ?? "another device"}`;
    case "withdrawn":
      return `An earlier alert about ${device}${fence === undefined ? "" : ` and ${fence}`} was not true`;
    case "revised":
      break;
  }
  return `An earlier event of ${device} has another time`;
}

/** What it is about, in one line: what the rule says, or what happened. */
export const headlineOf = ({ event, names, text }: Message): string =>
  oneLine(text ?? (event ? sentenceOf(event, names) : TEST_TEXT));

const withId = (name: string | undefined, id: string): string =>
  name === undefined ? id : `${name} (${id})`;

/** The whole of it in plain text, for people; times are UTC. */
export function plainTextOf(message: Message): string {
  const { id, event, names, rules, text, at } = message;
  const lines = [headlineOf(message), ""];
  if (event) {
    if (text !== undefined) lines.push(oneLine(sentenceOf(event, names)), "");
    const { device, fence, other, time, detectedAt, lon, lat } = event;
    lines.push(oneLine(`Device: ${withId(names.device, device)}`));
    if (other !== undefined) lines.push(oneLine(`Other device: ${withId(names.other, other)}`));
    if (fence !== undefined) lines.push(oneLine(`Fence: ${withId(names.fence, fence)}`));
    lines.push(
      `Time: ${formatTime(time)}`,
      `Place: ${lat.toFixed(6)}, ${lon.toFixed(6)} (latitude, longitude)`,
    );
    lines.push(`Noticed: ${formatTime(detectedAt)}`);
  }
  if (rules.length > 0) lines.push(oneLine(`Rules: ${rules.join(", ")}`));
  lines.push(`Alert: ${id}, raised ${formatTime(at)}`, "");
  return lines.join("\n");
}
