/** FIN and the opcode of a binary message (RFC 6455, section 5.2); a server does not mask. */
const BINARY = 0x82;
const [SHORT, LENGTH_16, LENGTH_64] = [125, 126, 127];

/** A payload as one binary message of a WebSocket, header and all, so that the system is handed one piece instead of two. */
export function binaryMessage(payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = length <= SHORT ? 2 : length <= 0xffff ? 4 : 10;
  const message = Buffer.allocUnsafe(head + length);
  message[0] = BINARY;
  message[1] = head === 2 ? length : head === 4 ? LENGTH_16 : LENGTH_64;
  if (head === 4) message.writeUInt16BE(length, 2);
  if (head === 10) message.writeBigUInt64BE(BigInt(length), 2);
  message.set(payload, head);
  return message;
}
