import {once} from 'node:events'
import {createServer, type Server} from 'node:http'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import {z} from 'zod'
import {heldBack} from '../../../src/faults/edges/held-back.js'
import type {EdgeOptions, ToxicFault} from '../../../src/faults/edges/toxic-fault.js'
import {probeToxic} from '../../../src/faults/edges/toxic-probes.js'
import {portOf} from '../../contracts/toxiproxy-rig.js'

describe('being held back', () => {
  it.each([
    [50, 2, 100, false],
    [101, 2, 100, true],
    // Timers are not exact to the last percent.
    [95, 2, 100, true],
    // Slow before, slow now: it may have been slow by itself.
    [120, 300, 100, undefined],
    [260, 300, 100, true],
    [5, 300, 100, false],
  ])('after %d ms, %d ms before, by %d ms: %s', (ms, healthyMs, addedMs, held) => {
    expect(heldBack(ms, healthyMs, addedMs)).toBe(held)
  })
})

describe('probes of a toxic', () => {
  let server: Server
  let listen: string
  beforeAll(async () => {
    server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1')
    await once(server, 'listening')
    listen = `127.0.0.1:${portOf(server)}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  /** A toxic of which the n-th probe feels what is said. */
  const feeling = (say: (index: number) => boolean | undefined): ToxicFault<EdgeOptions> => {
    const known = new Map<unknown, boolean | undefined>()
    return {
      summary: '',
      example: '',
      type: 'noop',
      options: z.never(),
      attributes: () => ({}),
      does: () => '',
      probe: () => ({limitMs: 2_000}),
      bites: (result) => {
        if (!known.has(result)) known.set(result, say(known.size))
        return known.get(result)
      },
    }
  }

  it.each<[string, number, (index: number) => boolean | undefined, string, RegExp, number]>([
    ['the one that there is', 1, () => true, 'yes', /answered after [\d.]+ ms and \d+ bytes/, 1],
    ['not', 1, () => false, 'no', /it was not felt$/, 1],
    ['what cannot be told', 1, () => undefined, 'unknown', /a probe cannot tell$/, 1],
    // 44 probes miss a tenth of all connections once in a hundred times.
    ['no tenth', 0.1, () => false, 'no', /0 of 44 probes felt it.*it was not felt$/, 44],
    ['the tenth', 0.1, (index) => index === 9, 'yes', /1 of 16 probes felt it/, 16],
    ['no hundredth', 0.01, () => false, 'unknown', /64 probes, none rolled under 1%$/, 64],
    // Eight of eight at 1 % is no luck: the edge is slow by itself.
    ['more than its share', 0.01, () => true, 'unknown', /8 of 8 .* slow by itself$/, 8],
    ['half', 0.5, (index) => index < 6, 'yes', /6 of 7 probes felt it/, 7],
  ])('feel %s', async (_, toxicity, say, bit, observation, sent) => {
    const options = {edge: 'a->b', direction: 'downstream', toxicity, 'fresh-connections': false} as const
    const through = {proxy: 'p', listen, probe: {kind: 'http', path: '/'}, healthyMs: 1} as const
    const felt = await probeToxic(feeling(say), options, through, new AbortController().signal)
    expect(felt).toMatchObject({proxy: 'p', bit, sent})
    expect(felt.observation).toMatch(observation)
  })
})
