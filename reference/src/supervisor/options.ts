import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {countsWith} from '../replicas.js'
import {StartError} from '../start-error.js'
import type {ReplicaCounts} from '../topology.js'

/** What the CLI asks for, as one JSON argument: `--options '{…}'`. */
export interface SupervisorOptions {
  /**
   * The proxies between services: a command that serves Toxiproxy's API (`--host`, `--port` and `--owned` are added),
   * or one that runs already.
   */
  toxiproxy: {command: string[]} | {url: string}
  /** 0 takes a free one. */
  controlPort: number
  /** Fixed ports by process (`edge-1`, `order-db`) or proxy (`order-to-payment`); all others are chosen. */
  ports: Record<string, number>
  /** Every random choice of the services derives from it. */
  seed: number
  /** How many replicas of each service run; those that are not asked for run as often as usual. */
  replicas: ReplicaCounts
  /** Where it is written that a deployment is up, and which proxies are ours in somebody else's server. */
  stateDir: string
  /** Ends when its stdin closes, else when it is told to. */
  owned: boolean
  /** One log file per process; by default in the temporary directory, and gone with it. */
  logDir?: string
  /** Another program in place of the services, which must honour `ServiceConfig`. */
  serviceEntry?: string
}

const defaults = {
  controlPort: 0,
  ports: {},
  seed: 1,
  stateDir: join(tmpdir(), 'shakedown-state'),
  owned: true,
}

/** Reads the options; they come from our own CLI, so only their presence is checked. */
export const parseOptions = (argv: readonly string[]): SupervisorOptions => {
  const {values} = parseArgs({args: [...argv], options: {options: {type: 'string'}}})
  let given: Partial<SupervisorOptions>
  try {
    given = JSON.parse(values.options ?? '{}')
  } catch (cause) {
    throw new StartError(`--options is not JSON: ${String(cause)}`, {cause})
  }
  const {toxiproxy, replicas, ...rest} = given
  if (!toxiproxy)
    throw new StartError('--options must say where the proxies come from', {
      hint: `For example --options '{"toxiproxy": {"url": "http://127.0.0.1:8474"}}'`,
    })
  return {...defaults, ...rest, replicas: countsWith(replicas ?? {}), toxiproxy}
}
