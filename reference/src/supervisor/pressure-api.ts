import {type Answer, ok, refuse} from './answer.js'
import type {KeptProcess} from './kept-process.js'
import type {Pressure} from './pressed-process.js'
import type {Pressures} from './pressures.js'

/** Who signals a process: the CLI may hit replicas with these and nothing else. */
const signals = ['SIGKILL', 'SIGTERM', 'SIGSTOP', 'SIGCONT'] as const

/** A request about one replica, `/replicas/NAME/…`. */
interface ReplicaRequest {
  method: string
  /** After the replica's name: `pressure`, `pressure/HOLDER`, `signal`. */
  path: string
  kept: KeptProcess
  body(): Promise<unknown>
}

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value < 1
const isSize = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0

const parsePressure = (body: unknown): (Pressure & {pid: number}) | undefined => {
  const {pid, cpu, memoryBytes} = Object(body)
  if (!Number.isInteger(pid)) return undefined
  if (cpu !== undefined && !isShare(cpu)) return undefined
  if (memoryBytes !== undefined && !isSize(memoryBytes)) return undefined
  return {pid, ...(cpu === undefined ? {} : {cpu}), ...(memoryBytes === undefined ? {} : {memoryBytes})}
}

const changePressure = async (
  {method, kept, body}: ReplicaRequest,
  holder: string,
  pressures: Pressures,
): Promise<Answer | undefined> => {
  if (method === 'DELETE') await pressures.release(kept, holder)
  else if (method === 'PUT') {
    const parsed = parsePressure(await body())
    if (!parsed)
      return refuse(400, 'Expected {"pid": 1234, "cpu": 0.8} or {"pid": 1234, "memoryBytes": 256000000}')
    const {pid, ...pressure} = parsed
    await pressures.press(kept, holder, pid, pressure)
  } else return undefined
  return ok(await pressures.read(kept))
}

const sendSignal = async ({kept, body}: ReplicaRequest, pressures: Pressures): Promise<Answer> => {
  const {pid, signal} = Object(await body())
  const known = signals.find((name) => name === signal)
  if (!Number.isInteger(pid) || !known)
    return refuse(400, `Expected {"pid": 1234, "signal": one of ${signals.join(', ')}}`)
  pressures.signal(kept, pid, known)
  return ok({sent: known})
}

/**
 * What faults do to one replica's process: `GET pressure`, `PUT` and `DELETE pressure/HOLDER`, `POST signal`. Undefined
 * for anything else; throws PressureError.
 */
export const answerForReplica = async (
  request: ReplicaRequest,
  pressures: Pressures,
): Promise<Answer | undefined> => {
  const {method, path, kept} = request
  if (method === 'POST' && path === 'signal') return await sendSignal(request, pressures)
  if (method === 'GET' && path === 'pressure') return ok(await pressures.read(kept))
  const holder = /^pressure\/([\w.-]+)$/.exec(path)?.[1]
  return holder ? await changePressure(request, holder, pressures) : undefined
}
