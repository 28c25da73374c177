import {connectPrometheus} from '../../../src/metrics/prometheus.js'
import {metricSourceContract} from '../../contracts/metric-source.js'
import {startTestServer} from '../../fakes/metrics-server.js'
import {untilSampled} from '../../fakes/metrics-system.js'

metricSourceContract('the embedded metrics server, by URL', {
  kind: 'prometheus',
  rangeStart: 'open',
  showsStaleness: false,
  start: async (targets, intervalMs) => {
    const timeoutMs = intervalMs - 50
    const jobs = targets.map((target) => ({
      name: target.labels['job'] ?? '',
      intervalMs,
      timeoutMs,
      targets: [target],
    }))
    const server = await startTestServer({}, {intervalMs, jobs})
    // Connecting learns the interval from samples, so there must be some.
    await untilSampled(server.url, targets.length)
    const source = await connectPrometheus({url: server.url})
    return {
      source,
      stop: async () => {
        await source.close()
        await server.close()
      },
    }
  },
})
