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

// The first process of a container is not ended by a signal that it does not listen for.
process.once('SIGTERM', () => process.exit(0))

const api = await connectOwnCluster(process.env)
const fleet = watchFleet(api)
const switchboard = new Switchboard(fleet.replicas)
const cluster = createClusterSwitches(api, systemClock)
const onChange = tellLatecomers(fleet, switchboard, systemClock)
createSwitchApi({fleet, switchboard, cluster, onChange}).listen(controlPort, '0.0.0.0')
