import type {MetricSource} from '../metrics/source.js'
import type {Plan} from '../plan/plan.js'
import {systemClock} from '../system/clock.js'
import {describeMachine} from '../system/machine.js'
import {packageVersion} from '../system/package-version.js'
import {type RecordHeader, recordVersion} from './record.js'
import {recordedPlan} from './recorded-plan.js'

/** What of an experiment is written down besides its plan. */
interface Experiment {
  source: RecordHeader['source']
  target?: string | undefined
  engine?: string | undefined
  prometheusUrl?: string | undefined
  toxiproxyUrl?: string | undefined
  counterfactual: boolean
  switches: Plan['switches']
  early?: boolean | undefined
}

/** A URL for other eyes: the password in it is none of theirs. */
export const withoutPassword = (url: string): string => url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1')

/** What was asked for on the command line, to run it again. */
const askedInstead = (experiment: Experiment): NonNullable<RecordHeader['asked']> => {
  const {target, engine, prometheusUrl, toxiproxyUrl, switches, early} = experiment
  return {
    ...(early ? {early} : {}),
    ...(target === undefined ? {} : {target}),
    ...(engine === undefined ? {} : {engine}),
    ...(prometheusUrl === undefined ? {} : {prometheus: withoutPassword(prometheusUrl)}),
    ...(toxiproxyUrl === undefined ? {} : {toxiproxy: toxiproxyUrl}),
    ...(Object.keys(switches).length === 0 ? {} : {switches}),
  }
}

/** The first line of the record: what is run, on what, with which versions of everything. */
export const describeRun = async (
  experiment: Experiment,
  plan: Plan,
  runId: string,
  metrics: MetricSource,
  toxiproxy: {version(): Promise<string>} | undefined,
): Promise<RecordHeader> => ({
  kind: 'header',
  recordVersion,
  runId,
  createdMs: systemClock.now(),
  source: experiment.source,
  plan: recordedPlan(plan),
  seed: plan.seed,
  asked: askedInstead(experiment),
  mode: experiment.counterfactual ? 'counterfactual' : 'normal',
  versions: {
    shakedown: packageVersion(),
    node: process.version,
    ...(toxiproxy ? {toxiproxy: await toxiproxy.version()} : {}),
    metrics: await metrics.describe(),
  },
  machine: describeMachine(),
  sampleIntervalMs: metrics.intervalMs,
})
