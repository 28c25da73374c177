import {startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {edgeFaultContract} from '../contracts/fault.js'

edgeFaultContract('the embedded server', true, async () => {
  const {url, close} = await startToxiproxyServer({host: '127.0.0.1', port: 0})
  return {url, stop: close}
})
