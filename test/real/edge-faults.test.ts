import {describe, it} from 'vitest'
import {edgeFaultContract} from '../contracts/fault.js'
import {findTool, startToxiproxy} from './components.js'

const toxiproxy = await findTool('toxiproxy')

if ('binary' in toxiproxy)
  edgeFaultContract('the real Toxiproxy 2.12.0', false, () => startToxiproxy(toxiproxy.binary))
else describe('faults on edges through the real Toxiproxy', () => it.skip(toxiproxy.missing, () => {}))
