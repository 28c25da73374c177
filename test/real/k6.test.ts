import k6 from '../../src/engines/k6.js'
import {engineContract} from '../contracts/engine.js'
import {withEachK6} from './k6-rig.js'

withEachK6(() => {
  engineContract('k6', k6, {
    // A GET on a kept connection that turns out closed is sent again by Go itself.
    retries: true,
    drains: false,
    hoardsConnections: true,
    // It begins some milliseconds off the time, and more on a busy machine.
    tolerance: {share: 0.05, ms: 150},
  })
})
