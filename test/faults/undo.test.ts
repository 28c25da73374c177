import {fileURLToPath} from 'node:url'
import {entryUrl} from '../../src/system/entry.js'
import {undoContract} from '../contracts/undo.js'
import {type StartOn, startsWith} from '../contracts/undo-rig.js'

const ours: StartOn = startsWith(process.execPath, fileURLToPath(entryUrl('toxiproxy/main.js')))

undoContract('ours', ours)
