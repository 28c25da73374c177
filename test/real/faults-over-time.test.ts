import {describe, it} from 'vitest'
import {faultsOverTime} from '../contracts/faults-over-time.js'
import {findTool, startToxiproxy} from './components.js'

const toxiproxy = await findTool('toxiproxy')

if ('binary' in toxiproxy) faultsOverTime('the real Toxiproxy 2.12.0', () => startToxiproxy(toxiproxy.binary))
else describe('faults over time through the real Toxiproxy', () => it.skip(toxiproxy.missing, () => {}))
