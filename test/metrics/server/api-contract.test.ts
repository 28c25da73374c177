import {prometheusApiContract} from '../../contracts/prometheus-api.js'
import {startTestServer} from '../../fakes/metrics-server.js'

prometheusApiContract('the embedded metrics server', {
  start: async () => {
    const server = await startTestServer()
    return {url: server.url, stop: server.close}
  },
})
