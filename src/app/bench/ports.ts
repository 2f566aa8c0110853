/** Ports below are often taken by services, and there are none above. */
const [FIRST, LAST] = [10_000, 65_535];

let port = FIRST + Math.floor(Math.random() * (LAST - FIRST));

/**
 * The next port for a connection from an address that nobody else uses. Where thousands of connections ask the system for
 * any free port it takes a millisecond to find each; a machine that clients come from over the network never notices.
 */
export function nextPort(): number {
  port = port === LAST ? FIRST : port + 1;
  return port;
}
