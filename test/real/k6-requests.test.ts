import {expect, it} from 'vitest'
import k6 from '../../src/engines/k6.js'
import pacer from '../../src/engines/pacer.js'
import type {Plan} from '../../src/plan/plan.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {type ObservedRun, runLoad, sumOf} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {withEachK6} from './k6-rig.js'

const dueByName = ({seconds}: ObservedRun): Record<string, number>[] =>
  seconds.map(({requests}) =>
    Object.fromEntries(Object.entries(requests).map(([name, {due}]) => [name, due])),
  )

/** Two streams side by side in place of the one that the plan has. */
const withStreams = (plan: Plan): Plan => {
  const [first] = plan.scenario.load.streams
  if (first === undefined) throw new Error('no stream')
  const requests = [{name: 'aside', path: '/created', method: 'GET', weight: 1, headers: {}}]
  const streams = [first, {...first, name: 'the second one', requests}]
  const rates = constantRate(10, plan.durationMs)
  return {
    ...plan,
    scenario: {...plan.scenario, load: {...plan.scenario.load, streams}},
    streams: [...plan.streams, {name: 'the second one', rates}],
  }
}

withEachK6(() => {
  const server = useEngineServer()

  const plan = (): Plan =>
    planOf({
      endpoints: {edge: `${server().url}/api/`},
      requests: [
        {
          name: 'browse',
          path: '/p/{{pick skus}}?n={{sequence}}',
          weight: 3,
          headers: {'x-trace': '{{uuid}}'},
        },
        {name: 'buy', method: 'POST', path: '/ok', body: {sku: '{{pick skus}}', many: '{{random 1 6}}'}},
        {name: 'raw', method: 'PUT', path: '/raw', bodyBase64: Buffer.from([0, 255, 10]).toString('base64')},
      ],
      rates: [
        {startMs: 0, endMs: 1000, fromPerSecond: 10, toPerSecond: 70},
        {startMs: 1000, endMs: 1500, fromPerSecond: 0, toPerSecond: 0},
        {startMs: 1500, endMs: 2300, fromPerSecond: 30, toPerSecond: 30},
      ],
      data: {skus: ['tea', 'green tea', 'käse']},
      seed: 4711,
      maxInFlight: 100,
    })

  it('sends what pacer sends, each arrival the same, in the same second', async () => {
    const sent = async (engine: typeof k6): Promise<{due: unknown; seen: string[]}> => {
      const before = server().seen.length
      const run = await runLoad(engine, plan())
      const seen = server()
        .seen.slice(before)
        .map(({method, url, headers, body}) => [
          method,
          url,
          headers['x-trace'],
          headers['content-type'],
          body,
        ])
      return {due: dueByName(run), seen: seen.map((one) => JSON.stringify(one)).sort()}
    }
    const byPacer = await sent(pacer)
    const byK6 = await sent(k6)
    expect(byPacer.seen).toHaveLength(64)
    expect(byK6).toEqual(byPacer)
  })

  it('sends several streams, each at its own rate', async () => {
    const run = await runLoad(k6, withStreams(plan()))
    expect(sumOf(run.seconds, 'aside').answered).toEqual({200: 23})
    expect(run.seconds.map(({arrivals}) => arrivals)).toEqual([50, 25, 12])
    expect(run.totals).toMatchObject({due: 87, skipped: 0, failed: 0})
  })

  it('follows no redirect and takes no cookie along, as pacer does', async () => {
    const requests = [{name: 'moved', path: '/moved'}]
    const rates = constantRate(10, 1000)
    const run = await runLoad(k6, planOf({endpoints: {edge: server().url}, requests, rates, maxInFlight: 2}))
    expect(sumOf(run.seconds, 'moved').answered).toEqual({302: 10})
    expect(server().seen.map(({url, headers}) => [url, headers.cookie])).toEqual(
      Array.from({length: 10}, () => ['/moved', undefined]),
    )
  })

  it('sends nothing to an endpoint whose name does not resolve', async () => {
    const rates = constantRate(10, 1000)
    const lost = planOf({endpoints: {edge: 'http://nowhere.invalid'}, requests: [{name: 'lost'}], rates})
    await expect(runLoad(k6, lost)).rejects.toThrow(/endpoint http:\/\/nowhere\.invalid does not resolve/)
  })
})
