import type {IncomingMessage} from 'node:http'

/** A body that is longer than allowed. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/**
 * Reads a whole body of at most `limitBytes`; what is more is read too, and dropped, as a client that is still sending
 * would not see an answer. Throws BodyTooLarge, or the error of a connection that broke.
 */
export const readBody = async (request: IncomingMessage, limitBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  // Without an encoding set, an HTTP request yields Buffers.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= limitBytes) chunks.push(chunk)
    else chunks.length = 0
  }
  if (size > limitBytes) throw new BodyTooLarge('http: request body too large')
  return Buffer.concat(chunks)
}
