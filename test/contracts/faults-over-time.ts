import {request} from 'node:http'
import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest'
import {connectToxiproxy, type ToxiproxyClient} from '../../src/clients/toxiproxy.js'
import {Interrupted} from '../../src/errors.js'
import type {Fault} from '../../src/faults/fault.js'
import {aimWith, loadFaults} from '../../src/faults/index.js'
import {levelsOf} from '../../src/plan/envelope.js'
import type {PlannedFault} from '../../src/plan/plan.js'
import {conductRun} from '../../src/run/conduct.js'
import type {RecordLine, RunEvent} from '../../src/run/record.js'
import type {Envelope} from '../../src/scenarios/scenario.js'
import type {Target} from '../../src/scenarios/target.js'
import {systemClock} from '../../src/system/clock.js'
import type {Json} from '../../src/system/json.js'
import {seededRandom} from '../../src/system/random.js'
import {recordingFault} from '../fakes/run-fault.js'
import {fakeParts, faultPhaseMs} from '../fakes/run-parts.js'
import {type RealReplica, startReplica} from '../fakes/run-replica.js'
import type {Proxies} from './fault.js'

/** A fault as a scenario would have it; offsets into the fault phase. */
interface Asked {
  fault: string
  options: Record<string, Json>
  atMs: number
  forMs: number
  envelope?: Envelope
}

/** What a caller of the edge saw: when it asked, from the beginning of the fault phase, and how long it took. */
interface Call {
  atMs: number
  ms: number
  ok: boolean
}

/** Faults with envelopes, and several faults, through real proxies and with a real process behind them. */
export const faultsOverTime = (name: string, start: () => Promise<Proxies>): void => {
  describe(`faults over time through ${name}`, () => {
    let proxies: Proxies
    let replica: RealReplica
    let client: ToxiproxyClient
    let faults: Record<string, Fault>
    let listen = ''
    let runs = 0

    beforeAll(async () => {
      proxies = await start()
      replica = await startReplica()
      client = connectToxiproxy(proxies.url)
      const upstream = `127.0.0.1:${replica.port}`
      listen = (await client.createProxy({name: 'a-to-b', listen: '127.0.0.1:0', upstream})).listen
      faults = await loadFaults()
    })

    afterAll(async () => {
      replica.stop()
      await proxies.stop()
    })

    /** Whatever happened, nothing of it is left. */
    afterEach(async () => {
      const {enabled, toxics} = (await client.proxy('a-to-b')) ?? {}
      expect({enabled, toxics}).toEqual({enabled: true, toxics: []})
    })

    const target = (): Target => ({
      name: 'pair',
      endpoints: {},
      toxiproxy: {url: proxies.url},
      edges: {'a->b': {proxies: ['a-to-b'], probe: {kind: 'http', path: '/'}}},
      workloads: {b: {replicas: ['b-1']}},
      control: {url: 'http://127.0.0.1:1'},
      metrics: {kind: 'scrape', intervalMs: 500, targets: []},
      data: {},
    })

    const plan = (asked: Asked[]): PlannedFault[] =>
      asked.map(({fault: name, options: given, atMs, forMs, envelope}, index) => {
        const [startMs, endMs] = [faultPhaseMs + atMs, faultPhaseMs + atMs + forMs]
        const options = faults[name]?.options.parse(given) ?? {}
        const aim = aimWith(faults)(name, options, target(), seededRandom(1), forMs)
        const levels = envelope ? {envelope, levels: levelsOf(envelope, startMs, endMs)} : {}
        return {id: `f${index + 1}`, fault: name, options, startMs, endMs, aim, ...levels}
      })

    const call = (): Promise<boolean> =>
      new Promise((resolve) => {
        const asking = request(`http://${listen}/`, {agent: false}, (response) => {
          response
            .resume()
            .once('end', () => resolve(true))
            .once('error', () => resolve(false))
        })
        asking.once('error', () => resolve(false)).end()
      })

    /** Calls over the edge, many times a second, until the signal. */
    const traffic = async (stop: AbortSignal): Promise<Call[]> => {
      const calls: Promise<Call>[] = []
      while (!stop.aborted) {
        const atMs = systemClock.now()
        calls.push(call().then((ok) => ({atMs, ok, ms: systemClock.now() - atMs})))
        await sleep(40)
      }
      return await Promise.all(calls)
    }

    /** Runs the faults under traffic; tells what callers saw, what was recorded, and how it ended. */
    const run = async (asked: Asked[], signal?: AbortSignal) => {
      const over = new AbortController()
      const calls = traffic(over.signal)
      const world = {
        runId: `over-time-${++runs}`,
        target: target(),
        toxiproxy: () => client,
        cluster: () => {
          throw new Error('there is no cluster here')
        },
        workloads: () => replica.workloads,
      }
      const others = {planned: plan(asked), others: faults, world, ...(signal ? {signal} : {})}
      const {parts, lines} = await fakeParts(recordingFault([]), [], others)
      const end = await conductRun(parts)
      over.abort()
      const events = lines.filter((line: RecordLine): line is RunEvent => line.kind === 'event')
      const beganMs = (events.find(({event}) => event === 'load-started')?.atMs ?? 0) + faultPhaseMs
      return {end, events, calls: (await calls).map((one) => ({...one, atMs: one.atMs - beganMs}))}
    }

    type Outcome = Awaited<ReturnType<typeof run>>

    /** The median time of the calls made between two offsets into the fault phase. */
    const typicalMs = ({calls}: Outcome, fromMs: number, toMs: number): number => {
      const within = calls.filter(({atMs}) => atMs >= fromMs && atMs < toMs)
      const sorted = within.map(({ms}) => ms).sort((one, other) => one - other)
      return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
    }

    const namesOf = ({events}: Outcome, fault: string): string[] =>
      events.flatMap((event) => ('fault' in event && event.fault === fault ? event.event : []))

    const felt = ({events}: Outcome): Set<string> =>
      new Set(
        events.flatMap((event) =>
          event.event === 'fault-seen' && event.evidence.bit === 'yes' ? event.fault : [],
        ),
      )

    const latency = (delay: string, atMs: number, forMs: number, envelope?: Envelope): Asked => ({
      fault: 'latency',
      options: {edge: 'a->b', delay},
      atMs,
      forMs,
      ...(envelope ? {envelope} : {}),
    })

    it('a ramp is felt more and more, then less and less', async () => {
      const outcome = await run([latency('400ms', 0, 6_000, {kind: 'ramp', upMs: 2_500, downMs: 2_000})])
      expect(outcome.end).toMatchObject({ended: 'completed', residual: []})
      expect(namesOf(outcome, 'f1')).not.toContain('fault-level-failed')
      expect(felt(outcome)).toEqual(new Set(['f1']))
      const [early, middle, top, late] = [
        typicalMs(outcome, 300, 650),
        typicalMs(outcome, 1_100, 1_450),
        typicalMs(outcome, 2_700, 3_400),
        typicalMs(outcome, 5_600, 5_850),
      ]
      expect(early).toBeGreaterThan(35)
      expect(early).toBeLessThan(middle)
      expect(middle).toBeLessThan(top)
      expect(top).toBeGreaterThanOrEqual(395)
      expect(late).toBeLessThan(middle)
    })

    it('a pulse is felt while it is on, and only then', async () => {
      const outcome = await run([latency('300ms', 0, 4_500, {kind: 'pulse', everyMs: 3_000, onMs: 1_500})])
      expect(felt(outcome)).toEqual(new Set(['f1']))
      expect(typicalMs(outcome, 100, 1_100)).toBeGreaterThanOrEqual(295)
      expect(typicalMs(outcome, 1_700, 2_800)).toBeLessThan(200)
      expect(typicalMs(outcome, 3_200, 4_100)).toBeGreaterThanOrEqual(295)
    })

    it('a pulse of `down` closes and opens the edge', async () => {
      const options = {edge: 'a->b'}
      const pulse: Envelope = {kind: 'pulse', everyMs: 2_000, onMs: 1_000}
      const outcome = await run([{fault: 'down', options, atMs: 0, forMs: 4_000, envelope: pulse}])
      expect(felt(outcome)).toEqual(new Set(['f1']))
      const share = (fromMs: number, toMs: number): number => {
        const within = outcome.calls.filter(({atMs}) => atMs >= fromMs && atMs < toMs)
        return within.filter(({ok}) => ok).length / within.length
      }
      expect(share(250, 850)).toBeLessThan(0.5)
      expect(share(1_250, 1_850)).toBeGreaterThan(0.5)
      expect(share(2_250, 2_850)).toBeLessThan(0.5)
      expect(share(3_250, 3_850)).toBeGreaterThan(0.5)
    })

    it('the same edge twice: delays add up where they overlap, and each ends by itself', async () => {
      const outcome = await run([latency('300ms', 0, 3_000), latency('150ms', 1_500, 3_500)])
      expect(felt(outcome)).toEqual(new Set(['f1', 'f2']))
      expect(typicalMs(outcome, 1_700, 2_300)).toBeGreaterThanOrEqual(445)
      const alone = typicalMs(outcome, 3_300, 4_500)
      expect(alone).toBeGreaterThanOrEqual(145)
      expect(alone).toBeLessThan(300)
    })

    it('bandwidth on top of latency is both', async () => {
      const slow = {fault: 'bandwidth', options: {edge: 'a->b', rate: '2KB/s'}, atMs: 300, forMs: 3_200}
      const outcome = await run([latency('200ms', 0, 3_500), slow])
      expect(felt(outcome)).toEqual(new Set(['f1', 'f2']))
      // 2,000 bytes and a header at 2 KB/s, on top of 200 ms: the limit comes after the delay.
      expect(typicalMs(outcome, 600, 2_000)).toBeGreaterThanOrEqual(1_150)
    })

    it('one begins exactly when another ends', async () => {
      const down = {fault: 'down', options: {edge: 'a->b'}, forMs: 2_000}
      const outcome = await run([
        {...down, atMs: 0},
        {...down, atMs: 2_000},
      ])
      expect(outcome.end).toMatchObject({ended: 'completed', residual: []})
      // Had the second found the edge closed by the first, it would have opened with the first.
      expect(felt(outcome)).toEqual(new Set(['f1', 'f2']))
      const during = outcome.calls.filter((one) => one.atMs > 2_700 && one.atMs < 3_800)
      expect(during.length).toBeGreaterThan(5)
      expect(during.filter(({ok}) => ok)).toEqual([])
    })

    it('a replica is killed while its answers are slow', async () => {
      const kill = {fault: 'kill', options: {workload: 'b'}, atMs: 1_000, forMs: 1_500}
      const outcome = await run([latency('200ms', 0, 4_000), kill])
      expect(outcome.end).toMatchObject({ended: 'completed', residual: []})
      expect(felt(outcome)).toEqual(new Set(['f1', 'f2']))
      expect(outcome.calls.some(({ok}) => !ok)).toBe(true)
      expect(typicalMs(outcome, 2_700, 3_500)).toBeGreaterThanOrEqual(195)
    })

    it('a run that is stopped in the middle of a ramp leaves nothing', async () => {
      const stop = new AbortController()
      const ended = run([latency('400ms', 0, 20_000, {kind: 'ramp', upMs: 10_000, downMs: 0})], stop.signal)
      setTimeout(() => stop.abort(new Interrupted('SIGINT')), 2_500)
      expect((await ended).end).toMatchObject({ended: 'interrupted', residual: []})
    })
  })
}
