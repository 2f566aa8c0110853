const known: WeakMap<Uint8Array, Uint8Array> = new WeakMap();

/** FIN and the opcode of a binary message (RFC 6455, section 5.2); a server does not mask. */
const BINARY = 0x82;
const [SHORT, LENGTH_16, LENGTH_64] = [125, 126, 127];

/**
 * A payload as one binary message of a WebSocket, header and all, in one buffer: it is made once for all viewers that
 * share the payload, and the system is handed one piece instead of two.
 */
export function binaryMessage(payload: Uint8Array): Uint8Array {
  let message = known.get(payload);
  if (message === undefined) known.set(payload, (message = withHeader(payload)));
  return message;
}

function withHeader(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = length <= SHORT ? 2 : length <= 0xffff ? 4 : 10;
  const message = new Uint8Array(head + length);
  const view = new DataView(message.buffer);
  message[0] = BINARY;
  message[1] = head === 2 ? length : head === 4 ? LENGTH_16 : LENGTH_64;
  if (head === 4) view.setUint16(2, length);
  if (head === 10) view.setBigUint64(2, BigInt(length));
  message.set(payload, head);
  return message;
}
