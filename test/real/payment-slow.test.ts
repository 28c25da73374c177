import {setTimeout as sleep} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, it} from 'vitest'
import type {Verdict} from '../../src/verdict/verdict.js'
import {broken, newUser, shipped, up} from '../e2e/cli.js'
import {type Component, findTool, startPrometheus, startToxiproxy} from './components.js'

const toxiproxy = await findTool('toxiproxy')
const prometheus = {
  '3.5': await findTool('prometheus-3.5'),
  '2.42': await findTool('prometheus-2.42'),
}

/** What must be the same whichever parts observed and injected: outcome by objective and phase. */
const outcomes = (verdict: Verdict): Record<string, string> => ({
  run: verdict.outcome,
  ...Object.fromEntries(verdict.objectives.map(({name, phase, outcome}) => [`${name} (${phase})`, outcome])),
})

const judged = async (args: string[], user = newUser()): Promise<Record<string, string>> => {
  const {stdout, stderr} = await user.run(['run', shipped('payment-slow'), '--json', '--quiet', ...args])
  const result = JSON.parse(stdout)
  if (!result.runs) throw new Error(`${stdout}${stderr}`)
  return outcomes(result.runs[0].verdict)
}

describe('payment-slow', () => {
  let embedded: Record<string, string>

  beforeAll(async () => {
    embedded = await judged([])
  })

  it('passes with the embedded proxy and the embedded metrics', () => {
    expect(embedded).toMatchObject({run: 'pass'})
  })

  describe.each(Object.entries(prometheus))('with the real Toxiproxy and Prometheus %s', (version, found) => {
    if ('missing' in toxiproxy || 'missing' in found) {
      const why = 'missing' in toxiproxy ? toxiproxy.missing : 'missing' in found ? found.missing : ''
      it.skip(why, () => {})
      return
    }
    const user = newUser()
    const components: Component[] = []

    afterAll(async () => {
      await user.run(['down'])
      for (const component of components) await component.stop()
    })

    it('comes to the same verdict', async () => {
      const proxies = await startToxiproxy(toxiproxy.binary)
      components.push(proxies)
      const target = await up(user, ['--toxiproxy', proxies.url])
      expect(target.toxiproxy?.url).toBe(proxies.url)
      const metrics = await startPrometheus(found.binary, `${target.control?.url}/sd`)
      components.push(metrics)
      // Discovery and a few scrapes.
      await sleep(5_000)
      expect(await judged(['--prometheus', metrics.url], user)).toEqual(embedded)
      expect(await broken(target)).toEqual([])
      expect(version).toBeDefined()
    })
  })
})
