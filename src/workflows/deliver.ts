import {openGrafana, writeAnnotations} from '../clients/grafana.js'
import type {Poster} from '../clients/poster.js'
import {openRemoteWrite, writeSamples} from '../clients/remote-write.js'
import {annotationsOf} from '../reporters/grafana-annotations.js'
import {familiesOf} from '../reporters/metric-families.js'
import type {Report} from '../reporters/reporter.js'
import {systemClock} from '../system/clock.js'
import {environment} from '../system/environment.js'

/** Addresses that results are sent to, as flags. */
export interface Deliveries {
  grafana?: string | undefined
  'remote-write'?: string | undefined
}

/** One receiver of results. */
interface Delivery {
  poster: Poster
  send(report: Report, limits: {limitMs: number; signal: AbortSignal | undefined}): Promise<void>
}

/** Long enough for a server that is busy, short enough for a pipeline; who presses Ctrl-C waits less. */
const patienceMs = 15_000
const hurryMs = 3_000

const deliveriesOf = (asked: Deliveries): Delivery[] => {
  const all: Delivery[] = []
  if (asked.grafana !== undefined) {
    const poster = openGrafana(asked.grafana, environment())
    all.push({
      poster,
      send: (report, limits) =>
        writeAnnotations(poster, annotationsOf(report), {...limits, now: systemClock.now}),
    })
  }
  if (asked['remote-write'] !== undefined) {
    const poster = openRemoteWrite(asked['remote-write'], environment())
    all.push({poster, send: (report, limits) => writeSamples(poster, samplesOf(report), limits)})
  }
  return all
}

/** All at the time at which the run ended. */
const samplesOf = (report: Report) => {
  const {record} = report
  const tMs = Math.round(record.end?.atMs ?? record.events.at(-1)?.atMs ?? record.header.createdMs)
  return familiesOf(report).flatMap(({name, samples}) =>
    samples.map(({labels, value}) => ({labels: {...labels, __name__: name}, tMs, value})),
  )
}

/** Throws UserError for an address that is none: better before a run than after it. Sends nothing. */
export const checkDeliveries = async (asked: Deliveries): Promise<void> => {
  await Promise.all(deliveriesOf(asked).map(({poster}) => poster.close()))
}

/** Sends what a run showed; what went wrong comes back as errors, for the verdict stands whoever hears of it. */
export const deliver = async (report: Report, asked: Deliveries, signal: AbortSignal): Promise<unknown[]> => {
  const failures: unknown[] = []
  // Stopped from outside: the run is over, and what it did should be told all the same, in a hurry.
  const limits = signal.aborted ? {limitMs: hurryMs, signal: undefined} : {limitMs: patienceMs, signal}
  for (const {poster, send} of deliveriesOf(asked)) {
    try {
      await send(report, limits)
    } catch (cause) {
      failures.push(cause)
    } finally {
      await poster.close()
    }
  }
  return failures
}
