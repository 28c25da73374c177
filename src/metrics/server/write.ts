import type {IncomingMessage} from 'node:http'
import {messageOf} from '../../errors.js'
import {BodyTooLarge, readBody} from './body.js'
import type {ServerContext} from './context.js'
import {ProtobufError} from './protobuf.js'
import {storeWritten} from './remote-write.js'
import {noContent, plain, type Reply} from './reply.js'
import {SnappyError, unpackSnappy} from './snappy.js'

/** A client sends some thousand samples at once, well below a megabyte. */
const mostPackedBytes = 16 * 1024 * 1024
const mostBytes = 64 * 1024 * 1024
const known = 'prometheus.WriteRequest, io.prometheus.write.v2.Request'

/** What speaks against how the message is sent: its type must be that of remote write 1.0, packed with Snappy. */
const problemOf = (contentType: string, encoding: string): string | undefined => {
  const [media = '', ...parameters] = contentType.split(';').map((part) => part.trim())
  if (media !== '' && media !== 'application/x-protobuf')
    return `expected application/x-protobuf as the first (media) part, got ${contentType} content-type`
  const proto = parameters.map((one) => /^proto=(.*)$/.exec(one)?.[1]).find((name) => name !== undefined)
  if (proto === 'io.prometheus.write.v2.Request')
    return `${proto} protobuf message is not accepted by this server; accepted prometheus.WriteRequest`
  if (proto !== undefined && proto !== 'prometheus.WriteRequest')
    return `got ${contentType} content type; unknown remote write protobuf message ${proto}, supported: ${known}`
  if (encoding !== '' && encoding !== 'snappy')
    return `${encoding} encoding (compression) is not accepted by this server; only snappy is acceptable`
  return undefined
}

/** Answers `/api/v1/write`: remote write 1.0. */
export const answerWrite = async (request: IncomingMessage, context: ServerContext): Promise<Reply> => {
  const {'content-type': contentType = '', 'content-encoding': encoding = ''} = request.headers
  const problem = problemOf(contentType, encoding)
  if (problem !== undefined) return plain(415, problem)
  try {
    const packed = await readBody(request, mostPackedBytes)
    // Prometheus takes no body for an empty message, packed or not.
    const message = packed.length === 0 ? packed : unpackSnappy(packed, mostBytes)
    const {store, clock, storeLimits} = context
    const refusal = storeWritten(message, store, {clock, ...storeLimits})
    return refusal === undefined ? noContent : plain(400, refusal)
  } catch (cause) {
    if (cause instanceof BodyTooLarge) return plain(413, messageOf(cause))
    if (cause instanceof SnappyError || cause instanceof ProtobufError) return plain(400, messageOf(cause))
    throw cause
  }
}
