import {EnvironmentError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import {formatRate} from '../../scenarios/quantities.js'
import type {LoadStream} from '../../scenarios/scenario.js'

/** What this machine has for virtual users. */
export interface Room {
  /** Memory that is free, in bytes. */
  bytes: number
  /** Files and sockets that one process may open; infinite where nobody says. */
  files: number
}

/** One virtual user of the smallest script, measured with 1,000 of them (k6 2.1 and 1.8). */
const bytesPerUser = 400_000
/** Without the users: k6 itself, measured. */
const bytesOfK6 = 100_000_000
const filesOfK6 = 50

const timeoutMsOf = ({requests}: LoadStream, timeoutMs: number): number =>
  requests.reduce(
    (longest, request) => Math.max(longest, request.timeoutMs ?? timeoutMs),
    requests.length > 0 ? 0 : timeoutMs,
  )

/**
 * Virtual users for each stream of a plan: enough for its highest rate when each of its requests takes until the
 * timeout, and a fifth more, because k6 skips what finds no free user. Never more, together, than may be in flight.
 */
export const usersOf = ({scenario: {load}, streams}: Plan): number[] => {
  const wanted = load.streams.map((stream, index) => {
    const peak = (streams[index]?.rates ?? []).reduce(
      (highest, {fromPerSecond, toPerSecond}) => Math.max(highest, fromPerSecond, toPerSecond),
      0,
    )
    return Math.max(1, Math.ceil(((peak * timeoutMsOf(stream, load.timeoutMs)) / 1000) * 1.2))
  })
  const all = wanted.reduce((sum, users) => sum + users, 0)
  return all <= load.maxInFlight
    ? wanted
    : wanted.map((users) => Math.max(1, Math.floor((users * load.maxInFlight) / all)))
}

/** Throws EnvironmentError, with the numbers, when this machine has no room for so many users. */
export const checkRoom = (users: readonly number[], plan: Plan, room: Room): void => {
  const all = users.reduce((sum, count) => sum + count, 0)
  const peak = plan.rates.reduce(
    (highest, rate) => Math.max(highest, rate.fromPerSecond, rate.toPerSecond),
    0,
  )
  const {timeoutMs, maxInFlight} = plan.scenario.load
  const because = `${formatRate(peak)} that may each take ${timeoutMs} ms`
  const hint = `Lower load.timeout, load.max-in-flight (${maxInFlight}) or the rate, or use the engine "pacer", which needs no users.`
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`
  const bytes = bytesOfK6 + all * bytesPerUser
  if (bytes > room.bytes)
    throw new EnvironmentError(
      `k6 would need ${all} virtual users for ${because}: ${megabytes(bytes)} at the least, and ${megabytes(room.bytes)} are free`,
      {hint},
    )
  if (all + filesOfK6 > room.files)
    throw new EnvironmentError(
      `k6 would need ${all} virtual users for ${because}, each with a socket, and one process may open ${room.files} files here`,
      {hint: `${hint} Or raise the limit: ulimit -n.`},
    )
}
