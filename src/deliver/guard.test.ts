import type { LookupAddress } from "node:dns";
import { once } from "node:events";
import { connect, type LookupFunction } from "node:net";
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./addresses.ts";
import { Guard, type Resolve } from "./guard.ts";
import { Poster } from "./post.ts";
import { realClock } from "./testing/real-clock.ts";
import { startReceiver } from "./testing/receiver.ts";

/** As targets are written; `URL` brings their hosts into the form that the guard sees. */
const refused = [
  "http://127.0.0.1",
  "http://127.1",
  "http://127.255.255.254:8080/path",
  "http://2130706433",
  "http://0x7f000001",
  "http://0x7f.0.0.1",
  "http://0177.0.0.1",
  "http://017700000001",
  "http://127.0.0.1.",
  "http://127%2e0%2e0%2e1",
  "http://１２７.0.0.1",
  "http://0.0.0.0",
  "http://0",
  "http://10.1.2.3",
  "http://172.16.0.1",
  "http://172.31.255.255",
  "http://192.168.1.1",
  "http://169.254.169.254/latest/meta-data",
  "http://100.100.100.200",
  "http://100.64.0.1",
  "http://168.63.129.16",
  "http://192.0.0.192",
  "http://192.0.2.1",
  "http://198.18.0.1",
  "http://198.51.100.7",
  "http://203.0.113.9",
  "http://224.0.0.1",
  "http://255.255.255.255",
  "http://localhost",
  "http://LOCALHOST.",
  "http://api.localhost",
  "http://[::]",
  "http://[::1]",
  "http://[0:0:0:0:0:0:0:1]",
  "http://[::ffff:127.0.0.1]",
  "http://[::ffff:7f00:1]",
  "http://[::ffff:0:10.0.0.1]",
  "http://[::127.0.0.1]",
  "http://[64:ff9b::10.0.0.1]",
  "http://[64:ff9b::a9fe:a9fe]",
  "http://[64:ff9b:1::808:808]",
  "http://[2002:7f00:1::]",
  "http://[2002:c0a8:101::1]",
  "http://[2001::1]",
  "http://[2001:db8::1]",
  "http://[3fff::1]",
  "http://[fe80::1]",
  "http://[fec0::1]",
  "http://[fc00::1]",
  "http://[fd00:ec2::254]",
  "http://[ff02::1]",
  "http://[100::1]",
  "http://[5f00::1]",
];

const allowed = [
  "http://8.8.8.8",
  "http://172.15.0.1",
  "http://172.32.0.1",
  "http://100.63.255.255",
  "http://100.128.0.1",
  "http://168.63.129.17",
  "http://[2606:4700:4700::1111]",
  "http://[::ffff:8.8.8.8]",
  "http://[64:ff9b::8.8.8.8]",
  "http://[2002:808:808::1]",
  "http://example.org",
  "http://localhost.example.org",
];

/** What a guard's lookup gives for a host. */
const lookUp = (lookup: LookupFunction, host: string, options: object): Promise<unknown> =>
  new Promise((resolve, reject) => {
    lookup(host, options, (error, address, family) => (error ? reject(error) : resolve([address, family])));
  });

const resolving =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map((address): LookupAddress => ({ address, family: address.includes(":") ? 6 : 4 }));

describe("the guard", () => {
  it.each(refused)("[SG1] refuses %s as it is written", (url) => {
    const guard = new Guard({ allowPrivateTargets: false });
    expect(guard.refusal(new URL(url).hostname)).toContain("private");
    expect(new Guard({ allowPrivateTargets: true }).refusal(new URL(url).hostname)).toBeUndefined();
  });

  it.each(allowed)("[SG1] lets %s through", (url) => {
    expect(new Guard({ allowPrivateTargets: false }).refusal(new URL(url).hostname)).toBeUndefined();
  });

  it("[SG1] takes nothing for public that is no address, and looks behind zones", () => {
    for (const text of ["", "example.org", "1.2.3", "::g", "fe80::1%eth0", "::1%lo"]) {
      expect(isPublicAddress(text)).toBe(false);
    }
    expect(isPublicAddress("2606:4700::1111%eth0")).toBe(true);
  });

  it("[SG2] gives only public addresses of what a host resolves to, all of them looked at", async () => {
    const of = (...addresses: string[]): LookupFunction =>
      new Guard({ allowPrivateTargets: false, resolve: resolving(...addresses) }).lookup;
    const mixed = of("10.0.0.1", "8.8.8.8", "::1", "2606:4700::1111");
    expect(await lookUp(mixed, "x", { all: true })).toEqual([
      [
        { address: "8.8.8.8", family: 4 },
        { address: "2606:4700::1111", family: 6 },
      ],
      undefined,
    ]);
    expect(await lookUp(mixed, "x", {})).toEqual(["8.8.8.8", 4]);
    expect(await lookUp(mixed, "x", { family: 6 })).toEqual(["2606:4700::1111", 6]);
    await expect(lookUp(of("10.0.0.1", "::1"), "x", { all: true })).rejects.toThrow("private");
    await expect(lookUp(of("64:ff9b::7f00:1"), "x", {})).rejects.toThrow("private");
    await expect(lookUp(of(), "x", {})).rejects.toThrow("private");
  });

  it("[SG2] passes on what the resolver says went wrong", async () => {
    const error = Object.assign(new Error("no"), { code: "ENOTFOUND" });
    const { lookup } = new Guard({ allowPrivateTargets: false, resolve: () => Promise.reject(error) });
    await expect(lookUp(lookup, "x", {})).rejects.toBe(error);
  });

  it("[SG3] is not fooled by a host that is public when it is looked at and private when it is used", async () => {
    const answers = [["8.8.8.8"], ["127.0.0.1"]];
    const resolve: Resolve = (host) => resolving(...(answers.shift() ?? ["127.0.0.1"]))(host);
    const { lookup } = new Guard({ allowPrivateTargets: false, resolve });
    expect(await lookUp(lookup, "rebind.example", {})).toEqual(["8.8.8.8", 4]);
    await expect(lookUp(lookup, "rebind.example", {})).rejects.toThrow("private");
  });

  it("[SG4] cuts a socket that is connected to a private address, before anything is sent", async () => {
    const receiver = await startReceiver();
    // Passes the lookup and is found out by the socket alone.
    let asked = 0;
    const guard = new Guard({
      allowPrivateTargets: false,
      resolve: resolving("127.0.0.1"),
      isPublic: () => asked++ === 0,
    });
    const poster = new Poster(guard, realClock, 1);
    const url = new URL(receiver.url.replace("127.0.0.1", "rebind.example"));
    const { signal } = new AbortController();
    const posting = poster.post({ owner: "a", url, headers: {}, body: "secret", signal });
    await expect(posting).rejects.toThrow("private");
    expect(asked).toBe(2);
    expect(receiver.received).toEqual([]);
    poster.close();
    await receiver.close();
  });

  it("[SG4] keeps requests from literal and resolved private addresses", async () => {
    const receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    const guard = new Guard({ allowPrivateTargets: false, resolve: resolving("127.0.0.1", "::1") });
    const poster = new Poster(guard, realClock, 1);
    const { signal } = new AbortController();
    for (const host of ["127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "inside.example"]) {
      const url = new URL(`http://${host}:${port}/`);
      await expect(poster.post({ owner: "a", url, headers: {}, body: "", signal })).rejects.toThrow(
        "private",
      );
    }
    expect(receiver.received).toEqual([]);
    poster.close();
    await receiver.close();
  });

  it("[SG4] leaves sockets alone where private targets are allowed", async () => {
    const receiver = await startReceiver();
    const guard = new Guard({ allowPrivateTargets: true, isPublic: () => false });
    const socket = guard.watch(connect(Number(new URL(receiver.url).port), "127.0.0.1"));
    await once(socket, "connect");
    expect(socket.destroyed).toBe(false);
    socket.destroy();
    await receiver.close();
  });
});
