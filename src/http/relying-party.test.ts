import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { Duplex } from "node:stream";
import { describe, expect, it } from "vitest";
import { relyingParty } from "./relying-party.ts";

const plain = { socket: { localPort: 8123 } as Socket };
const secure = { socket: new TLSSocket(new Duplex() as Socket) };

describe("whom passkeys are made for", () => {
  it.each([
    ["https://map.example.org", { id: "map.example.org", origin: "https://map.example.org" }],
    ["https://map.example.org:8443", { id: "map.example.org", origin: "https://map.example.org:8443" }],
    ["https://192.0.2.1", undefined],
    ["https://[2001:db8::1]:8443", undefined],
    [undefined, { id: "localhost", origin: "http://localhost:8123" }],
  ])("[AC25] follows from %s", (publicUrl, party) => {
    expect(relyingParty(plain, publicUrl)).toEqual(party);
  });

  it("[AC25] is at https where the server speaks TLS itself", () => {
    expect(relyingParty(secure, undefined)?.origin).toMatch(/^https:\/\/localhost:/);
  });
});
