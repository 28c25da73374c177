import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {describe, expect, it} from 'vitest'
import {sicknessNames, sickProxySuite} from '../e2e/sick-proxies.js'
import {
  endRun,
  expectHonest,
  expectRestored,
  expectRestoreHonest,
  type Moment,
  moments,
  openStage,
  type Stage,
  startRun,
  untilAllEnded,
  untilBroken,
} from '../e2e/sick-stage.js'
import {findTool} from './components.js'

const toxiproxy = await findTool('toxiproxy')

/** Asks for more than all buffers hold and reads only the beginning: the proxy is stuck writing to us. */
const stopReading = async ({system}: Stage): Promise<Socket> => {
  const [host, port] = (system.listen['a'] ?? '').split(':')
  const socket = connect({host: host ?? '', port: Number(port)})
  socket.on('error', () => {})
  socket.write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n')
  await once(socket, 'data')
  socket.pause()
  await sleep(700)
  return socket
}

interface Reader {
  /** Before the toxic is added, or while it is there. */
  since: 'before' | 'in force'
  /** What it does 1 s after the run was told to end. */
  later: 'nothing' | 'closes' | 'reads on'
  moment: Moment
}

const readers: [what: string, reader: Reader][] = [
  ['stops reading; the run ends', {since: 'in force', later: 'nothing', moment: 'the run ends'}],
  ['stops reading; Ctrl-C', {since: 'in force', later: 'nothing', moment: 'Ctrl-C'}],
  ['stops reading; kill -9', {since: 'in force', later: 'nothing', moment: 'kill -9'}],
  ['stops reading, and closes; kill -9', {since: 'in force', later: 'closes', moment: 'kill -9'}],
  ['stops reading for a while; Ctrl-C', {since: 'in force', later: 'reads on', moment: 'Ctrl-C'}],
  ['stopped reading before; the run ends', {since: 'before', later: 'nothing', moment: 'the run ends'}],
]

const play = async (stage: Stage, {since, later, moment}: Reader): Promise<void> => {
  const early = since === 'before' ? await stopReading(stage) : undefined
  const running = startRun(stage, moment)
  if (!early) await untilBroken(stage)
  const socket = early ?? (await stopReading(stage))
  const timer = setTimeout(() => {
    if (later === 'closes') socket.destroy()
    if (later === 'reads on') socket.resume()
  }, 1_000)
  const result = await endRun(moment, running)
  const left = result ? await expectHonest(result, stage) : await expectRestoreHonest(stage)
  clearTimeout(timer)
  socket.destroy()
  // A client that hung before we came can have hung the API for good: nobody could undo that.
  if (since === 'in force') expect(left).toBe(false)
  if (!left) {
    await untilAllEnded(stage)
    expect(await stage.system.world()).toBe(stage.before)
    return
  }
  // Where it hangs for good only a restart helps, as the instructions say: its toxics are gone with it.
  await stage.system.toxiproxy.kill()
  await stage.system.toxiproxy.start()
  await expectRestored(stage)
}

if ('missing' in toxiproxy)
  describe('a real Toxiproxy that falls ill', () => it.skip(toxiproxy.missing, () => {}))
else {
  sickProxySuite(
    'real',
    sicknessNames.flatMap((name) => moments.map((moment): [typeof name, Moment] => [name, moment])),
  )

  describe.concurrent('a client of the real Toxiproxy that hangs its API', () => {
    it.each(readers)('%s', {timeout: 600_000}, async (_, reader) => {
      const stage = await openStage('real')
      try {
        await play(stage, reader)
      } finally {
        stage.relay.stop()
        await stage.system.stop()
      }
    })
  })
}
