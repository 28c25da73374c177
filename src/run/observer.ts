import {reachPrometheus} from '../metrics/prometheus.js'
import {prometheusAsked} from '../metrics/prometheus-environment.js'
import type {PrometheusAt} from '../scenarios/prometheus-access.js'
import {environment} from '../system/environment.js'

/** The Prometheus of `--prometheus`, known to be usable. Throws UserError; EnvironmentError when it does not answer. */
type Observer = () => Promise<PrometheusAt | undefined>

/**
 * The Prometheus of `--prometheus URL`, if there is one; a mistake in it or in its variables is thrown at once. It is
 * asked by what is returned: a deployment of several seconds must not be started for one that is not there.
 */
export const observerAsked = (url: string | undefined): Observer => {
  const at = url === undefined ? undefined : prometheusAsked(url, environment())
  return async () => {
    if (at) await reachPrometheus(at)
    return at
  }
}
