import {rm} from 'node:fs/promises'
import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {environment} from '../../system/environment.js'
import type {EngineOptions, PreparedLoad} from '../engine.js'
import {findK6} from './binary.js'
import {failureOf} from './ends.js'
import {makeFolder} from './folder.js'
import {type Gate, openGate} from './gate.js'
import {type Job, writeJob} from './job.js'
import {K6Load} from './k6-load.js'
import {type K6Process, startK6} from './process.js'
import {roomHere} from './room.js'
import type {Sample} from './samples.js'
import {preparedLoad} from './started-load.js'
import {checkRoom, usersOf} from './virtual-users.js'

/** Making the virtual users, and the script's own setup, may take this long together. */
const readyLimitMs = 180_000

/** All that is open, and must be closed. */
interface Opened {
  folder: string
  gate: Gate
  job: Job
  k6: K6Process
}

/** Waits until k6 has made its users and asks for the start; throws why it does not. */
const untilReady = async ({gate, k6}: Opened, {scenario}: Plan, signal: AbortSignal): Promise<void> => {
  let giveUp = (): void => {}
  let limit: NodeJS.Timeout | undefined
  const given = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(signal.reason)
    signal.addEventListener('abort', giveUp, {once: true})
    const late = new EnvironmentError(`k6 is not ready after ${readyLimitMs / 1000} s`, {
      hint: 'Fewer virtual users are made faster: lower load.timeout or load.max-in-flight. Or the setup of the script hangs.',
    })
    limit = setTimeout(() => reject(late), readyLimitMs)
  })
  const broke = k6.ended.then((end) => {
    const said = failureOf(end, k6.log, scenario.load.script?.path)
    throw said ?? new EnvironmentError('k6 ended before the load began')
  })
  try {
    signal.throwIfAborted()
    await Promise.race([gate.reached, given, broke])
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', giveUp)
  }
}

const closeAll = async ({folder, gate, k6}: Pick<Opened, 'folder'> & Partial<Opened>): Promise<void> => {
  k6?.signal('SIGKILL')
  await k6?.ended
  await gate?.close()
  await rm(folder, {recursive: true, force: true})
}

/** Checks k6 and the script, starts k6, and holds it right before the load. Throws UserError or EnvironmentError. */
export const prepareK6 = async (plan: Plan, options: EngineOptions): Promise<PreparedLoad> => {
  const {signal, onWarning = () => {}} = options
  signal.throwIfAborted()
  const k6 = await findK6(environment(), signal)
  const users = usersOf(plan)
  checkRoom(users, plan, roomHere())
  const folder = await makeFolder()
  const opened: Pick<Opened, 'folder'> & Partial<Opened> = {folder}
  let tell = (_sample: Sample): void => {}
  try {
    const gate = await openGate()
    opened.gate = gate
    const order = {plan, k6, users, folder, gateUrl: gate.url, signal, warn: onWarning}
    const job = await writeJob(order)
    const running = await startK6(k6, job, folder, (sample) => tell(sample))
    opened.k6 = running
    const all = {folder, gate, job, k6: running}
    await untilReady(all, plan, signal)
    const load = new K6Load(plan, all, options, (hear) => {
      tell = hear
    })
    return preparedLoad(load, signal, async () => await closeAll(all))
  } catch (cause) {
    await closeAll(opened)
    throw cause
  }
}
