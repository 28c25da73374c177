import {openGrafana, writeAnnotations} from '../clients/grafana.js'
import {clusterAt} from '../clients/kubernetes/connect.js'
import {openRemoteWrite, writeSamples} from '../clients/remote-write.js'
import {annotationsOf} from '../reporters/grafana-annotations.js'
import {familiesOf} from '../reporters/metric-families.js'
import type {Report} from '../reporters/reporter.js'
import {systemClock} from '../system/clock.js'
import {environment} from '../system/environment.js'
import {type ConfigMapName, parseConfigMapName, resultConfigMap} from './result-config-map.js'

/** Addresses that results are sent to, as flags. */
export interface Deliveries {
  grafana?: string | undefined
  'remote-write'?: string | undefined
  'config-map'?: string | undefined
}

interface Limits {
  limitMs: number
  signal: AbortSignal | undefined
}

/** One receiver of results. */
interface Delivery {
  send(report: Report, limits: Limits): Promise<void>
  close(): Promise<void>
}

/** Long enough for a server that is busy, short enough for a pipeline; who presses Ctrl-C waits less. */
const patienceMs = 15_000
const hurryMs = 3_000

const deliveriesOf = (asked: Deliveries): Delivery[] => {
  const all: Delivery[] = []
  if (asked.grafana !== undefined) {
    const poster = openGrafana(asked.grafana, environment())
    all.push({
      close: () => poster.close(),
      send: (report, limits) =>
        writeAnnotations(poster, annotationsOf(report), {...limits, now: systemClock.now}),
    })
  }
  if (asked['remote-write'] !== undefined) {
    const poster = openRemoteWrite(asked['remote-write'], environment())
    all.push({
      close: () => poster.close(),
      send: (report, limits) => writeSamples(poster, samplesOf(report), limits),
    })
  }
  if (asked['config-map'] !== undefined) all.push(toConfigMap(parseConfigMapName(asked['config-map'])))
  return all
}

/** Into the cluster of the target, or else the one that kubectl would ask, or that this runs in. */
const toConfigMap = (name: ConfigMapName): Delivery => ({
  close: async () => {},
  send: async (report, {limitMs, signal}) => {
    const {kubeconfig, context} = report.record.header.plan.target.kubernetes ?? {}
    const at = {
      namespace: name.namespace,
      ...(kubeconfig === undefined ? {} : {kubeconfig}),
      ...(context === undefined ? {} : {context}),
    }
    const cluster = clusterAt(at, signal ?? new AbortController().signal, {limitMs, patienceMs: limitMs})
    await cluster.objects.apply(await resultConfigMap(report, name))
  },
})

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
  await Promise.all(deliveriesOf(asked).map(({close}) => close()))
}

/** Sends what a run showed; what went wrong comes back as errors, for the verdict stands whoever hears of it. */
export const deliver = async (report: Report, asked: Deliveries, signal: AbortSignal): Promise<unknown[]> => {
  const failures: unknown[] = []
  // Stopped from outside: the run is over, and what it did should be told all the same, in a hurry.
  const limits = signal.aborted ? {limitMs: hurryMs, signal: undefined} : {limitMs: patienceMs, signal}
  for (const {send, close} of deliveriesOf(asked)) {
    try {
      await send(report, limits)
    } catch (cause) {
      failures.push(cause)
    } finally {
      await close()
    }
  }
  return failures
}
