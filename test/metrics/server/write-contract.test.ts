import {prometheusWriteContract} from '../../contracts/prometheus-write.js'
import {startTestServer} from '../../fakes/metrics-server.js'

prometheusWriteContract('the embedded metrics server', {
  start: async () => {
    const server = await startTestServer()
    return {url: server.url, stop: server.close}
  },
})
