import { encodeQR } from "qr";
import readModules from "qr/decode.js";
import { describe, expect, it } from "vitest";
import { qrCode } from "./qr-code.ts";

/** Paints the path of the SVG, `scale` pixels a module, and reads it as a camera does. */
function read(svg: string, scale = 4): string {
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const side = size * scale;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (const [, x, y, width] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row++) {
      for (let column = Number(x) * scale; column < (Number(x) + Number(width)) * scale; column++) {
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
      }
    }
  }
  return readModules({ width: side, height: side, data });
}

describe("a QR code", () => {
  it("[AC20] is read as what it was made of", () => {
    const uri = "otpauth://totp/Whereabouts:kim%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const { text } = qrCode(encodeQR(uri, "raw", { border: 4 }), "for <kim>");
    expect(read(text)).toBe(uri);
    expect(text).toContain("for &lt;kim&gt;");
    expect(text).not.toMatch(/style=|<script/);
  });
});
