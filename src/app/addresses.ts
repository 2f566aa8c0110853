import { networkInterfaces } from "node:os";

/** IPv4 addresses of this machine that others on its networks may reach, in the order of the interfaces. */
export function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((interfaces) => interfaces ?? [])
    .filter(({ family, internal }) => family === "IPv4" && !internal)
    .map(({ address }) => address);
}

/** Is the host one that stands for every address of the machine? */
export function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** `http://host:port`, with an IPv6 address in brackets. */
export function origin(secure: boolean, host: string, port: number): string {
  return `${secure ? "https" : "http"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Did listening fail because somebody else listens there? */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}
