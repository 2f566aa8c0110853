import { describe, expect, it } from "vitest";
import { isForGateways } from "./for-gateways.ts";

describe("upgrades", () => {
  it.each([
    ["/api/live/ws", {}, true],
    ["/api/live/ws?token=x", {}, true],
    ["/api/live/ws?share=x", { cookie: "whereabouts=1" }, false],
    ["/api/live/wsx", {}, false],
    ["/socket.io/?EIO=4&transport=websocket", { authorization: "Bearer x" }, true],
    ["/socket.io/?EIO=4&transport=websocket&token=x", {}, true],
    ["/socket.io/?EIO=4&transport=websocket", { cookie: "a=b" }, true],
    // Who it is comes in a packet, and may be a share link.
    ["/socket.io/?EIO=4&transport=websocket", {}, false],
    ["/socket.io/?EIO=4&transport=websocket&share=in+packet", { cookie: "a=b" }, false],
    // Begun with long-polling elsewhere.
    ["/socket.io/?EIO=4&transport=websocket&sid=1", { cookie: "a=b" }, false],
    ["/socket.io?EIO=4&transport=websocket&token=x", {}, false],
    ["/socket.ioo/?EIO=4&transport=websocket&token=x", {}, false],
    ["/", {}, false],
  ])("%s %o", (url, headers, is) => {
    expect(isForGateways({ url, headers })).toBe(is);
  });
});
