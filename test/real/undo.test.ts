import {describe, it} from 'vitest'
import {undoContract} from '../contracts/undo.js'
import {startsWith} from '../contracts/undo-rig.js'
import {findTool} from './components.js'

const toxiproxy = await findTool('toxiproxy')

if ('binary' in toxiproxy) undoContract('the real Toxiproxy 2.12.0', startsWith(toxiproxy.binary))
else describe('undo through the real Toxiproxy', () => it.skip(toxiproxy.missing, () => {}))
