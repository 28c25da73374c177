import {execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {promisify} from 'node:util'
import {describe, it} from 'vitest'
import {toxiproxyContract} from '../contracts/toxiproxy.js'
import {eventually} from '../contracts/toxiproxy-rig.js'
import {freePort} from '../soak/free-port.mjs'

const tool = new URL('../../tools/toxiproxy', import.meta.url).pathname

/** Where the real server is, installed if Go is there; otherwise why it is not. */
const found = await promisify(execFile)(tool, {timeout: 60_000}).then(
  ({stdout}) => ({binary: stdout.trim()}),
  (cause: Error) => ({missing: cause.message}),
)

if ('binary' in found)
  toxiproxyContract('the real Toxiproxy 2.12.0', 'real', async () => {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const child = spawn(found.binary, ['-host', '127.0.0.1', '-port', String(port)], {stdio: 'ignore'})
    await eventually('Toxiproxy to answer', () =>
      fetch(`${url}/version`).then(
        ({ok}) => ok,
        () => false,
      ),
    )
    return {
      url,
      kind: 'real',
      stop: async () => {
        const exit = once(child, 'exit')
        child.kill('SIGKILL')
        await exit
      },
    }
  })
else
  describe('the real Toxiproxy 2.12.0', () => {
    it.skip(`is not installed; run tools/toxiproxy (needs Go): ${found.missing}`, () => {})
  })
