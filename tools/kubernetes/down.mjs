// `npm run cluster:down`: ends the test cluster and takes away all it made on this machine.
import {clean} from './clean.mjs'
import {alone} from './lock.mjs'

const begin = performance.now()
await alone(clean)
console.error(`cluster: down after ${((performance.now() - begin) / 1_000).toFixed(1)} s`)
