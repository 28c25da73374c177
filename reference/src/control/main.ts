/**
 * The control API of the deployment in a cluster: the protection switches of all pods, and those that are objects of the
 * cluster. Replicas and their ends are the cluster's own business there.
 */
import {controlPort} from '../deploy/names.js'
import {systemClock} from '../service/clock.js'
import {Switchboard} from '../supervisor/switchboard.js'
import {createClusterSwitches} from './cluster-switches.js'
import {watchFleet} from './fleet.js'
import {connectOwnCluster} from './kube-api.js'
import {tellLatecomers} from './latecomers.js'
import {createSwitchApi} from './switch-api.js'
import {memoryIn} from './switch-memory.js'
import {takeOver} from './take-over.js'

// The first process of a container is not ended by a signal that it does not listen for.
process.once('SIGTERM', () => process.exit(0))

const api = await connectOwnCluster(process.env)
const fleet = watchFleet(api)
const memory = memoryIn(api)
const switchboard = new Switchboard(fleet.replicas, memory.write)
const cluster = createClusterSwitches(api, systemClock)
const onChange = tellLatecomers(fleet, switchboard, systemClock)
// Ready, and so asked, only once it knows what was set before.
await takeOver(memory, {fleet, switchboard, onChange}, systemClock)
createSwitchApi({fleet, switchboard, cluster, onChange}).listen(controlPort)
