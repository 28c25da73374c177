import {createServer} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterEach, beforeEach, describe, expect, it} from 'vitest'
import {connectToxiproxy} from '../../src/clients/toxiproxy.js'
import {openAgain} from '../../src/faults/edges/open-again.js'
import {undoToxic} from '../../src/faults/edges/toxic-undo.js'
import {openWorld} from '../../src/run/open-world.js'
import {startRelay} from '../fakes/toxiproxy-relay.js'
import {portOf} from './toxiproxy-rig.js'
import {inverse, mine, openUndoRig, type StartOn, theirs, type UndoRig} from './undo-rig.js'

/** One suite over undo through any Toxiproxy: what it promises in states in which a plain call is not enough. */
export const undoContract = (name: string, startOn: StartOn): void => {
  describe(`undo through ${name}`, () => {
    let rig: UndoRig

    beforeEach(async () => {
      rig = await openUndoRig(startOn)
    })
    afterEach(() => rig.close())

    it('takes out its own toxic, keeps open connections, and leaves all else as it was', async () => {
      await rig.client.addToxic('p', mine)
      const socket = await rig.dial()
      socket.resume()
      await undoToxic(inverse, rig.world)
      expect(await rig.state()).toEqual(rig.found)
      expect([socket.closed, rig.notes, rig.journal]).toEqual([false, [], []])
    })

    it('catches what lands late: an addition that got no answer before undo began', async () => {
      const late = sleep(50).then(() => rig.client.addToxic('p', mine))
      await undoToxic(inverse, rig.world)
      await late
      expect(await rig.state()).toEqual(rig.found)
    })

    it('takes out a toxic whose addition landed without a reply', async () => {
      const relay = await startRelay(rig.url)
      relay.ailment = {method: 'POST', swallow: true}
      const lost = connectToxiproxy(relay.url, {timeoutMs: 300}).addToxic('p', mine)
      await expect(lost).rejects.toThrow('does not answer')
      relay.stop()
      expect((await rig.client.proxy('p'))?.toxics).toHaveLength(2)
      await undoToxic(inverse, rig.world)
      expect(await rig.state()).toEqual(rig.found)
    })

    it('does not drop connections for a call that is only slow', async () => {
      await rig.client.addToxic('p', mine)
      const socket = await rig.dial()
      socket.resume()
      const relay = await startRelay(rig.url)
      relay.ailment = {method: 'DELETE', passAfterMs: 1_200}
      await undoToxic(inverse, {...rig.world, toxiproxy: () => connectToxiproxy(relay.url)})
      relay.stop()
      expect(await rig.state()).toEqual(rig.found)
      expect([socket.closed, rig.journal]).toEqual([false, []])
    })

    it('lets two faults on one stuck proxy take turns', async () => {
      const second = {...mine, name: 'run-1_f2'}
      await rig.client.addToxic('p', mine)
      await rig.client.addToxic('p', second)
      await rig.stuckClient()
      const {inTurn} = openWorld(rig.world.target, 'run-1', rig.world.clock, rig.world.signal)
      const world = {...rig.world, ...(inTurn ? {inTurn} : {})}
      await Promise.all([undoToxic(inverse, world), undoToxic({...inverse, toxic: second.name}, world)])
      expect(await rig.state()).toEqual(rig.found)
      expect(await rig.isServed()).toBe(true)
    })

    it('waits for a server that hangs, and takes out what it was told before', async () => {
      process.kill(rig.pid(), 'SIGSTOP')
      const lost = connectToxiproxy(rig.url, {timeoutMs: 300}).addToxic('p', mine)
      await expect(lost).rejects.toThrow('does not answer')
      setTimeout(() => process.kill(rig.pid(), 'SIGCONT'), 3_000)
      await undoToxic(inverse, rig.world)
      expect(await rig.state()).toEqual(rig.found)
      expect(rig.notes).toEqual([])
    })

    it('says in bounded time that it is not certain when the server hangs for good', async () => {
      await rig.client.addToxic('p', mine)
      process.kill(rig.pid(), 'SIGSTOP')
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 2_000)
      const started = performance.now()
      await expect(undoToxic(inverse, {...rig.world, signal: stop.signal})).rejects.toThrow(
        'It is not certain that toxic run-1_f1 is gone from proxy p',
      )
      expect(performance.now() - started).toBeLessThan(20_000)
    })

    it('creates the proxies of the target again when the server comes back empty', async () => {
      await rig.client.addToxic('p', mine)
      await rig.kill()
      setTimeout(() => void rig.restart(), 1_000)
      await undoToxic(inverse, rig.world)
      const ours = rig.found.filter(({name: proxy}) => proxy === 'p')
      expect(await rig.state()).toEqual(ours)
      expect(rig.notes).toEqual([expect.stringContaining('came back empty: p created again')])
      expect(await rig.isServed()).toBe(true)
    })

    it('does not bring back a proxy that somebody removed', async () => {
      await rig.client.addToxic('p', mine)
      await rig.client.deleteProxy('p')
      await undoToxic(inverse, rig.world)
      expect(await rig.client.proxy('p')).toBeUndefined()
      expect(rig.notes).toEqual([expect.stringContaining('somebody removed it')])
    })

    it('opens a proxy again, also one that an interrupted rescue deleted', async () => {
      await rig.client.setEnabled('p', false)
      await openAgain(['p'], rig.world)
      expect(await rig.state()).toEqual(rig.found)
      await rig.client.deleteProxy('p')
      await openAgain(['p'], rig.world, ['p'])
      expect(await rig.state()).toEqual(rig.found)
    })

    it('goes on past refusals, and names them when they do not end', async () => {
      const broken = createServer((_, response) => response.writeHead(500).end('{"error":"out of order"}'))
      broken.listen(0, '127.0.0.1')
      await new Promise((resolve) => broken.once('listening', resolve))
      const at = connectToxiproxy(`http://127.0.0.1:${portOf(broken)}`)
      const stop = new AbortController()
      setTimeout(() => stop.abort(), 700)
      const undo = undoToxic(inverse, {...rig.world, toxiproxy: () => at, signal: stop.signal})
      await expect(undo).rejects.toThrow('out of order')
      broken.close()
      broken.closeAllConnections()
    })

    it('frees a proxy that a client which does not read has stuck, in seconds', async () => {
      await rig.client.addToxic('p', mine)
      await rig.stuckClient()
      const started = performance.now()
      await undoToxic(inverse, rig.world)
      // A proxy that nobody helps gives up by itself after 25 s.
      expect(performance.now() - started).toBeLessThan(20_000)
      expect(await rig.state()).toEqual(rig.found)
      expect(await rig.isServed()).toBe(true)
      // Whatever was closed on the way was on disk before, and is off the list again.
      expect(rig.journal.filter((line) => line.startsWith('intend'))).toHaveLength(
        rig.journal.filter((line) => line.startsWith('done')).length,
      )
    })

    it('never freezes the API when a new client came in before: a stand-in serves the edge', async () => {
      await rig.client.addToxic('p', mine)
      await rig.stuckClient()
      const hasty = connectToxiproxy(rig.url, {timeoutMs: 300})
      const stuck = await hasty.removeToxic('p', mine.name).then(
        () => false,
        () => true,
      )
      await rig.dial()
      const undone = await undoToxic(inverse, rig.world).then(
        () => 'undone',
        (cause: Error) => cause.message,
      )
      expect(await rig.isServed()).toBe(true)
      expect(await rig.client.proxy('other')).toMatchObject({enabled: true, toxics: [theirs]})
      if (!stuck) return expect(undone).toBe('undone')
      expect(undone).toContain('restart of Toxiproxy')
      expect(await rig.client.proxy('run-1_p')).toMatchObject({enabled: true, toxics: [theirs]})
    })
  })
}
