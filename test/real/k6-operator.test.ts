import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {parse} from 'yaml'
import {manifestsOf} from '../../src/engines/k6-operator/manifests.js'
import {segmentOf} from '../../src/engines/k6-operator/segments.js'
import pacer from '../../src/engines/pacer.js'
import type {Plan} from '../../src/plan/plan.js'
import {constantRate, planOf} from '../fakes/engine-plan.js'
import {runLoad} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {scriptFile, scriptPlan, withEachK6} from './k6-rig.js'

const runners = 3

withEachK6((k6) => {
  const server = useEngineServer()

  /** The same plan with an address that a pod may have, which the files are rewritten from: no cluster is here. */
  const asInCluster = (plan: Plan): Plan => ({
    ...plan,
    target: {...plan.target, endpoints: {edge: 'http://shop.test:1'}},
  })

  /** Does what the operator's runners do, with the files as they are mounted, on this machine. */
  const runThere = async (plan: Plan): Promise<number[]> => {
    const files = manifestsOf(asInCluster(plan), {runners, image: 'k6', separate: false})
    const {spec} = parse(files['testrun.yaml'] ?? '')
    const environment = Object.fromEntries(
      spec.runner.env.map(({name, value}: {name: string; value: string}) => [name, value]),
    )
    const {data} = parse(files['configmap.yaml'] ?? '')
    const folder = mkdtempSync(join(tmpdir(), 'shakedown-runner-'))
    for (const [name, text] of Object.entries<string>(data))
      writeFileSync(join(folder, name), text.replaceAll('http://shop.test:1', server().url))
    const ends = Array.from({length: runners}, async (_, index) => {
      const {segment, sequence} = segmentOf(index, runners)
      const share = [`--execution-segment=${segment}`, `--execution-segment-sequence=${sequence}`]
      const args = [
        'run',
        '--quiet',
        ...share,
        ...spec.arguments.split(' '),
        join(folder, spec.script.configMap.file),
      ]
      const child = spawn(k6, [...args, '--address=', '--tag', `instance_id=${index + 1}`], {
        env: {PATH: process.env['PATH'], ...environment},
        stdio: 'ignore',
      })
      const [code] = await once(child, 'exit')
      return Number(code)
    })
    return await Promise.all(ends)
  }

  const seenSince = (before: number): string[] =>
    server()
      .seen.slice(before)
      .map(({method, url, body}) => JSON.stringify([method, url, body]))
      .sort()

  const plan = (poisson: boolean): Plan => {
    const made = planOf({
      endpoints: {edge: server().url},
      requests: [
        {name: 'browse', path: '/ok?n={{sequence}}&p={{pick skus}}', weight: 3},
        {name: 'buy', method: 'POST', path: '/ok', body: {sku: '{{pick skus}}', id: '{{uuid}}'}},
      ],
      rates: [
        {startMs: 0, endMs: 1000, fromPerSecond: 10, toPerSecond: 50},
        ...constantRate(40, 2000).map((rate) => ({...rate, startMs: 1000})),
      ],
      data: {skus: ['tea', 'coffee']},
      seed: 4711,
      timeoutMs: 2000,
    })
    const {load} = made.scenario
    const streams = load.streams.map((stream) => (poisson ? {...stream, poisson} : stream))
    return {...made, scenario: {...made.scenario, load: {...load, streams}}}
  }

  it.each([false, true])(
    'sends from three runners together what pacer sends alone (poisson: %s)',
    async (poisson) => {
      const before = server().seen.length
      await runLoad(pacer, plan(poisson))
      const alone = seenSince(before)
      expect(alone.length).toBeGreaterThan(40)
      const middle = server().seen.length
      expect(await runThere(plan(poisson))).toEqual([0, 0, 0])
      expect(seenSince(middle)).toEqual(alone)
    },
  )

  it('runs a script of the user with its environment, and shares its iterations out', async () => {
    const script = scriptFile(`import http from 'k6/http'
import exec from 'k6/execution'
export default () => http.get(__ENV.BASE + '/ok?i=' + exec.scenario.iterationInTest)`)
    const before = server().seen.length
    const codes = await runThere(
      scriptPlan(script, {perSecond: 30, durationMs: 1000, env: {BASE: server().url}}),
    )
    expect(codes).toEqual([0, 0, 0])
    const numbers = server()
      .seen.slice(before)
      .map(({url}) => Number(url.split('=')[1]))
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({length: 30}, (_, index) => index))
  })
})
