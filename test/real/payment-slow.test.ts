import {afterEach, describe, expect, it} from 'vitest'
import type {Verdict} from '../../src/verdict/verdict.js'
import {broken, newUser, shipped, up} from '../e2e/cli.js'
import {decidedRun, runOf} from '../e2e/shipped-scenario.js'
import {untilSampled} from '../fakes/metrics-system.js'
import {findTool, startPrometheus, startToxiproxy} from './components.js'

/** Each engine, and each Prometheus, once: neither knows of the other. The embedded parts are shown end to end (test/e2e). */
const rows = [
  {engine: 'pacer', prometheus: 'prometheus-3.5', tools: ['toxiproxy', 'prometheus-3.5']},
  {engine: 'k6', prometheus: 'prometheus-2.42', tools: ['toxiproxy', 'prometheus-2.42', 'k6-2.1']},
]

/** Outcome by objective and phase. */
const outcomes = ({objectives}: Verdict): string[] =>
  objectives.map(({name, phase, outcome}) => `${name} (${phase}): ${outcome}`)

const k6Before = process.env['K6_PATH']
const cleanUps: (() => Promise<unknown>)[] = []

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  if (k6Before === undefined) delete process.env['K6_PATH']
  else process.env['K6_PATH'] = k6Before
})

describe.each(rows)('payment-slow by $engine, with the real Toxiproxy and $prometheus', async (row) => {
  const found = await Promise.all(row.tools.map(findTool))
  const missing = found.flatMap((tool) => ('missing' in tool ? [tool.missing] : []))
  const [toxiproxy = '', prometheus = '', k6] = found.map((tool) => ('binary' in tool ? tool.binary : ''))

  it.skipIf(missing.length > 0)(
    ['passes as it does with the embedded parts', ...missing].join('; '),
    async () => {
      if (k6 !== undefined) process.env['K6_PATH'] = k6
      const user = newUser()
      const proxies = await startToxiproxy(toxiproxy)
      cleanUps.push(proxies.stop)
      const target = await up(user, ['--toxiproxy', proxies.url])
      cleanUps.push(() => user.run(['down']))
      expect(target.toxiproxy?.url).toBe(proxies.url)
      const metrics = await startPrometheus(prometheus, `${target.control?.url}/sd`)
      cleanUps.push(metrics.stop)
      const discovered = await (await fetch(`${target.control?.url}/sd`)).json()
      await untilSampled(metrics.url, Object(discovered).length)

      const args = [shipped('payment-slow'), '--prometheus', metrics.url, '--engine', row.engine]
      const result = await decidedRun(user, args)
      const {verdict}: {verdict: Verdict} = runOf(result)
      expect(verdict.outcome, verdict.summary).toBe('pass')
      expect(outcomes(verdict)).toContain('breaker opened (fault): pass')
      expect(outcomes(verdict).filter((one) => !one.endsWith(': pass'))).toEqual([])
      expect(result.code).toBe(0)
      expect(await broken(target)).toEqual([])
    },
  )
})
