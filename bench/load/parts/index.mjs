// What can be measured; each part returns a table and what must hold.
import {http2} from './http2.mjs'
import {maximum} from './maximum.mjs'
import {rates} from './rates.mjs'
import {soak} from './soak.mjs'
import {stall} from './stall.mjs'

export const parts = {rates, stall, maximum, http2, soak}
