import { BlockList, isIP } from "node:net";

/**
 * IPv4 that is not on the public internet (IANA's special-purpose registry), and addresses of clouds' own services
 * that lie outside of it.
 */
const PRIVATE_V4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8], // this network
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carrier-grade NAT
  ["127.0.0.0", 8], // loopback
  ["168.63.129.16", 32], // Azure's host
  ["169.254.0.0", 16], // link-local, with the clouds' metadata
  ["172.16.0.0", 12],
  ["192.0.0.0", 24], // protocol assignments
  ["192.0.2.0", 24], // documentation
  ["192.88.99.0", 24], // relays of 6to4
  ["192.168.0.0", 16],
  ["198.18.0.0", 15], // benchmarks
  ["198.51.100.0", 24], // documentation
  ["203.0.113.0", 24], // documentation
  ["224.0.0.0", 4], // multicast
  ["240.0.0.0", 4], // reserved, and broadcast
];

/** Parts of 2000::/3, the only public IPv6, that are not public either. */
const PRIVATE_V6: readonly (readonly [network: string, bits: number])[] = [
  ["2001::", 23], // protocol assignments, with Teredo and ORCHID
  ["2001:db8::", 32], // documentation
  ["3fff::", 20], // documentation
];

const listOf = (networks: typeof PRIVATE_V4, family: "ipv4" | "ipv6"): BlockList => {
  const list = new BlockList();
  for (const [network, bits] of networks) list.addSubnet(network, bits, family);
  return list;
};

const privateV4 = listOf(PRIVATE_V4, "ipv4");
const privateV6 = listOf(PRIVATE_V6, "ipv6");
const unicastV6 = listOf([["2000::", 3]], "ipv6");

/** The eight groups of a valid IPv6 address. */
function groupsOf(address: string): readonly number[] {
  const [bare = ""] = address.split("%");
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(bare);
  const [, before = "", ...bytes] = dotted ?? [];
  const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number);
  const text = dotted ? `${before}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}` : bare;
  const [head = "", tail] = text.split("::");
  const parse = (part: string | undefined): number[] =>
    part ? part.split(":").map((group) => Number.parseInt(group, 16)) : [];
  const [left, right] = [parse(head), parse(tail)];
  if (tail === undefined) return left;
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

const dottedOf = (high = 0, low = 0): string => [high >> 8, high & 255, low >> 8, low & 255].join(".");

/** The IPv4 address that an IPv6 address stands for: mapped, translated, NAT64, 6to4. */
function embeddedV4(address: string): string | undefined {
  const groups = groupsOf(address);
  const start = groups.slice(0, 6).join();
  // ::ffff:a.b.c.d, ::ffff:0:a.b.c.d (RFC 2765) and 64:ff9b::a.b.c.d (RFC 6052)
  const last = start === "0,0,0,0,0,65535" || start === "0,0,0,0,65535,0" || start === "100,65435,0,0,0,0";
  if (last) return dottedOf(groups[6], groups[7]);
  return groups[0] === 0x2002 ? dottedOf(groups[1], groups[2]) : undefined;
}

/** Is it an IP address of the public internet? Anything that is not an address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !privateV4.check(address, "ipv4");
  if (family !== 6) return false;
  const embedded = embeddedV4(address);
  if (embedded !== undefined) return !privateV4.check(embedded, "ipv4");
  const [bare = ""] = address.split("%");
  return unicastV6.check(bare, "ipv6") && !privateV6.check(bare, "ipv6");
}
