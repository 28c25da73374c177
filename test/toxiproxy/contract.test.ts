import {startToxiproxyServer} from '../../src/toxiproxy/server.js'
import {toxiproxyContract} from '../contracts/toxiproxy.js'
import {startProcess, stopProcess} from '../contracts/toxiproxy-process.js'

toxiproxyContract('our Toxiproxy in this process', 'embedded', async () => {
  const {url, close} = await startToxiproxyServer({host: '127.0.0.1', port: 0, seed: 7})
  return {url, kind: 'embedded', stop: close}
})

toxiproxyContract('our Toxiproxy as a process', 'embedded', async () => {
  const {child, said} = await startProcess('--port', '0')
  return {
    url: said['url'] ?? '',
    kind: 'embedded',
    stop: async () => {
      await stopProcess(child)
    },
  }
})
