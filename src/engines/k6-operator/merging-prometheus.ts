import {openPrometheus, type PrometheusClient} from '../../clients/prometheus.js'
import {EnvironmentError, UserError} from '../../errors.js'
import type {Plan} from '../../plan/plan.js'
import type {PrometheusAt} from '../../scenarios/prometheus-access.js'
import type {Target} from '../../scenarios/target.js'
import {systemClock} from '../../system/clock.js'
import {isLoopback} from '../k6/cluster/place.js'
import {names} from './pushes.js'

/** Where the runners push, as they see it, and where we read that. */
export interface MergingPrometheus {
  remoteWrite: string
  at: PrometheusAt
}

const lookMs = 500

/** What the pods call a Prometheus that we reach through the API server. */
const serviceUrl = ({kubernetes}: Target): string | undefined => {
  const reach = kubernetes?.reach?.find(({address}) => address === 'prometheus')
  if (kubernetes === undefined || reach === undefined) return undefined
  return `http://${reach.service}.${kubernetes.namespace}.svc:${reach.port}`
}

/**
 * The Prometheus that adds up what the runners see: the target's own. Runners push to the address that the scenario
 * names, or to the target's when a pod can reach that. Throws UserError where there is none.
 */
export const mergingPrometheus = ({target, scenario}: Plan): MergingPrometheus => {
  const {metrics} = target
  if (metrics.kind !== 'prometheus')
    throw new UserError(`The counts of k6-operator come from a Prometheus, and ${target.name} names none`, {
      hint: 'Name it in the target (metrics: {prometheus: URL}), or use `engine: k6` with `on: kubernetes`, which needs none.',
    })
  const base = serviceUrl(target) ?? (isLoopback(metrics.url) ? undefined : metrics.url.replace(/\/+$/, ''))
  const remoteWrite = scenario.load.cluster?.remoteWrite ?? (base && `${base}/api/v1/write`)
  if (remoteWrite === undefined)
    throw new UserError(
      `From a pod, ${metrics.url} is the pod itself, and not the Prometheus of the target`,
      {
        hint: 'Say where the pods push to: load.kubernetes.remote-write: http://prometheus.monitoring:9090/api/v1/write.',
      },
    )
  return {remoteWrite, at: metrics}
}

/** Opens it; nothing is asked yet. */
export const openMerging = ({at}: MergingPrometheus): PrometheusClient => {
  const {kind: _kind, ...access} = at
  return openPrometheus(access)
}

/** Which runners, by their numbers from 1, it has heard of. */
const heardOf = async (client: PrometheusClient, name: string, signal: AbortSignal): Promise<string[]> => {
  const expression = `count by (instance_id) (${names.requests}{testid="${name}"})`
  const {value} = await client.query(expression, undefined, {signal})
  return value.type === 'vector' ? value.samples.map(({labels}) => labels['instance_id'] ?? '') : []
}

/**
 * Waits until the pushes of each runner have arrived: while they hold, they ask their own port, and push that. Throws
 * EnvironmentError with k6's own words when they do not within the limit: a load that nobody counts is none.
 */
export const untilPushed = async (
  client: PrometheusClient,
  {
    name,
    runners,
    limitMs,
    remoteWrite,
  }: {name: string; runners: number; limitMs: number; remoteWrite: string},
  complaint: () => Promise<string | undefined>,
  signal: AbortSignal,
): Promise<void> => {
  const endMs = performance.now() + limitMs
  for (;;) {
    const heard = await heardOf(client, name, signal)
    if (heard.length >= runners) return
    if (performance.now() > endMs) {
      const said = await complaint()
      throw new EnvironmentError(
        `${client.url} has heard of ${heard.length} of ${runners} runners, which push to ${remoteWrite}${said === undefined ? '' : `: ${said}`}`,
        {
          hint: 'It must take remote writes (--web.enable-remote-write-receiver), for a script of yours native histograms as well (--enable-feature=native-histograms), and be the one of load.kubernetes.remote-write.',
        },
      )
    }
    await systemClock.sleep(lookMs, signal)
  }
}
