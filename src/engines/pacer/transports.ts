import type {ConnectionSpec} from '../../scenarios/scenario.js'
import {http1Transport} from './http1.js'
import {http2Transport} from './http2.js'
import {originOptions} from './socket-options.js'
import type {Transport} from './transport.js'

/** Makes the way to an origin, by the version of HTTP that a scenario asks for. */
export const transportOf =
  (connection: ConnectionSpec = {}) =>
  (origin: string): Transport => {
    const options = originOptions(origin, connection)
    return connection.http === 2 ? http2Transport(options) : http1Transport(options)
  }
