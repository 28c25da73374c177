import {expect, it} from 'vitest'
import k6 from '../../src/engines/k6.js'
import pacer from '../../src/engines/pacer.js'
import type {Plan} from '../../src/plan/plan.js'
import type {LoadStream} from '../../src/scenarios/scenario.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {isBalanced, type ObservedRun, runLoad, sumOf} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {scriptFile, scriptPlan, withEachK6} from './k6-rig.js'

const dueByName = ({seconds}: ObservedRun): Record<string, number>[] =>
  seconds.map(({requests}) =>
    Object.fromEntries(Object.entries(requests).map(([name, {due}]) => [name, due])),
  )

const withStream = (plan: Plan, change: Partial<LoadStream>): Plan => {
  const {load} = plan.scenario
  const streams = load.streams.map((stream) => ({...stream, ...change}))
  return {...plan, scenario: {...plan.scenario, load: {...load, streams}}}
}

withEachK6(() => {
  const server = useEngineServer()

  const poisson = (maxInFlight = 100): Plan =>
    withStream(
      planOf({
        endpoints: {edge: server().url},
        requests: [
          {name: 'browse', path: '/ok?n={{sequence}}&p={{pick skus}}', weight: 3},
          {name: 'buy', method: 'POST', path: '/ok', body: {sku: '{{pick skus}}'}},
        ],
        rates: constantRate(40, 2000),
        data: {skus: ['tea', 'coffee']},
        seed: 4711,
        maxInFlight,
      }),
      {poisson: true},
    )

  const sentBy = async (engine: typeof k6, plan: Plan): Promise<{due: unknown; seen: string[]}> => {
    const before = server().seen.length
    const run = await runLoad(engine, plan)
    expect(run.totals).toMatchObject({skipped: 0, failed: 0})
    const seen = server().seen.slice(before)
    return {
      due: dueByName(run),
      seen: seen
        .map(({method, url, body, headers}) => JSON.stringify([method, url, body, headers['x-a']]))
        .sort(),
    }
  }

  it('sends at random times what pacer sends, each arrival in the same second', async () => {
    const byPacer = await sentBy(pacer, poisson())
    expect(byPacer.seen.length).toBeGreaterThan(50)
    expect(await sentBy(k6, poisson())).toEqual(byPacer)
  })

  it('replays a log as pacer does', async () => {
    const entries = Array.from({length: 30}, (_, n) => ({
      atMs: n * n * 2,
      name: n % 3 === 0 ? 'POST /buy' : 'GET /ok',
      method: n % 3 === 0 ? 'POST' : 'GET',
      path: `/ok?log=${n}`,
      ...(n % 3 === 0 && {headers: {'x-a': `h${n}`}, body: {n}}),
    }))
    const plan = withStream(
      planOf({endpoints: {edge: server().url}, requests: [], rates: constantRate(15, 1600), maxInFlight: 50}),
      {
        requests: [],
        replay: {path: 'access.log', speed: 1, entries},
        profile: {kind: 'replay', perSecond: [23, 7], speed: 1},
      },
    )
    const byPacer = await sentBy(pacer, plan)
    // Those at 1600 ms and later never come.
    expect(byPacer.seen).toHaveLength(29)
    expect(await sentBy(k6, plan)).toEqual(byPacer)
  })

  it('skips arrivals that no user is free for, and says of each which it was', async () => {
    const plan = withStream(poisson(4), {})
    const {load} = plan.scenario
    const [stream] = load.streams
    const requests = (stream?.requests ?? []).map((request) => ({...request, path: '/hang'}))
    const hanging = withStream(
      {...plan, scenario: {...plan.scenario, load: {...load, timeoutMs: 1000}}},
      {requests},
    )
    const {seconds, totals} = await runLoad(k6, hanging)
    const all = await runLoad(pacer, hanging)
    expect(totals.due).toBe(all.totals.due)
    expect(totals.skipped).toBeGreaterThan(totals.due / 2)
    expect(totals.failed).toBe(totals.sent)
    expect(dueByName({...all, seconds})).toEqual(dueByName(all))
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
  })

  it('runs a script of the user at random times', async () => {
    const script = scriptFile(`import http from 'k6/http'
export default () => http.get(__ENV.BASE + '/ok', {tags: {name: 'browse'}})`)
    const plan = scriptPlan(script, {perSecond: 40, durationMs: 2000, env: {BASE: server().url}})
    const {seconds, totals} = await runLoad(k6, withStream(plan, {poisson: true}))
    const expected = seconds.map(({arrivals}) => arrivals)
    // As many as pacer's own list has for this seed, which are not 40 in each second.
    expect(sumOf(seconds, 'browse').answered).toEqual({200: totals.sent})
    expect(expected).not.toEqual([40, 40])
    expect(totals).toMatchObject({skipped: 0, failed: 0})
  })
})
