import {startEmbeddedSource} from '../../src/metrics/embedded.js'
import {systemClock} from '../../src/system/clock.js'
import {metricSourceContract} from '../contracts/metric-source.js'

metricSourceContract('embedded', {
  kind: 'embedded',
  rangeStart: 'open',
  showsStaleness: true,
  start: async (targets, intervalMs) => {
    const source = await startEmbeddedSource({targets, intervalMs})
    for (let count = 0; count < 3; count++) await source.caughtUp(systemClock.now())
    return {source, stop: source.close}
  },
})
