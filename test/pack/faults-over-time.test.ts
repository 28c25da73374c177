import {startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {faultsOverTime} from '../contracts/faults-over-time.js'

faultsOverTime('the embedded server', async () => {
  const {url, close} = await startToxiproxyServer({host: '127.0.0.1', port: 0})
  return {url, stop: close}
})
