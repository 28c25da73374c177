import type {ToxicKind} from '../toxic.js'
import {bandwidth} from './bandwidth.js'
import {http} from './http.js'
import {latency} from './latency.js'
import {limitData} from './limit-data.js'
import {noop} from './noop.js'
import {resetPeer} from './reset-peer.js'
import {slicer} from './slicer.js'
import {slowClose} from './slow-close.js'
import {timeout} from './timeout.js'

/** Every toxic by the name that the API knows it by. */
export const toxics = {
  bandwidth,
  http,
  latency,
  limit_data: limitData,
  noop,
  reset_peer: resetPeer,
  slicer,
  slow_close: slowClose,
  timeout,
} satisfies Record<string, ToxicKind>

/** The kind of that name; case matters. */
export const toxicKind = (type: string): ToxicKind | undefined =>
  new Map<string, ToxicKind>(Object.entries(toxics)).get(type)
