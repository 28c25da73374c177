import autocannon from '../../src/engines/autocannon.js'
import {engineContract} from '../contracts/engine.js'

engineContract('autocannon', autocannon)
