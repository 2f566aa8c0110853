import { html, type Html, type Insert } from "./html.ts";
import { sprite } from "./icons.ts";
import type { Reader } from "./masthead.ts";

/** Addresses of the built browser code, as the build's manifest names them. */
export interface Assets {
  readonly script: string;
  readonly styles: readonly string[];
  /** Fonts and modules that the first paint needs. */
  readonly preload: readonly { readonly href: string; readonly as: "font" | "script" }[];
}

/** The light a reader chose; `auto` follows the system. */
export type Theme = "light" | "dark" | "auto";

/** What every page has around its content. */
export interface Frame {
  readonly title: string;
  readonly assets: Assets;
  readonly theme: Theme;
  /** Absent where nobody is signed in. */
  readonly reader?: Reader;
  /** What the workspace is called, for a reader who is in several. */
  readonly workspace?: string;
  /** Search engines are asked to leave the page alone. */
  readonly noindex?: boolean;
}

/** A whole document. There is no inline script or style in it, so the strictest content policy holds. */
export function document(frame: Frame, kind: string, ...content: readonly Insert[]): string {
  const { assets, theme, title, noindex = false } = frame;
  const preload = ({ href, as }: Assets["preload"][number]): Html =>
    as === "font"
      ? html`<link rel="preload" href="${href}" as="font" type="font/woff2" crossorigin />`
      : html`<link rel="modulepreload" href="${href}" />`;
  return `<!doctype html>\n${
    html`<html lang="en" data-theme="${theme}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <meta name="color-scheme" content="light dark" />
        ${noindex && html`<meta name="robots" content="noindex, nofollow" />`}
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        ${assets.preload.map(preload)}
        ${assets.styles.map((href) => html`<link rel="stylesheet" href="${href}" />`)}
        <script type="module" src="${assets.script}"></script>
      </head>
      <body data-page="${kind}">
        ${sprite()} ${content}
      </body>
    </html>`.text
  }\n`;
}
