import {readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {expect, it} from 'vitest'
import k6 from '../../src/engines/k6.js'
import {EnvironmentError, UserError} from '../../src/errors.js'
import {isBalanced, runLoad, sumOf} from '../fakes/engine-run.js'
import {useEngineServer} from '../fakes/engine-server.js'
import {runningK6, scriptFile, scriptPlan, withEachK6} from './k6-rig.js'

const checkout = `
import http from 'k6/http'
import {check} from 'k6'
export const options = {
  vus: 3, iterations: 5,
}
export const setup = () => ({token: 'tk-' + __ENV.FLAVOUR})
export default ({token}) => {
  http.get(__ENV.BASE + '/ok?' + token, {tags: {name: 'browse'}})
  check(http.post(__ENV.BASE + '/error', '{}', {tags: {name: 'pay'}}), {paid: ({status}) => status === 200})
}
export const teardown = () => http.get(__ENV.BASE + '/created')
export const handleSummary = () => { throw new Error('never asked') }
`

const broken = {
  'does not parse': {
    script: 'export default () => {',
    says: /cannot run the script .*script\.js: .*Unexpected/,
  },
  'throws as it loads': {script: 'throw new Error("no config"); export default () => {}', says: /no config/},
  'imports an extension': {
    script: 'import x from "k6/x/kafka"; export default () => {}',
    says: /k6\/x\/kafka/,
    hint: /xk6 build/,
  },
  'exports nothing': {script: 'export const other = 1', says: /no exported functions in script/},
  'exports no function to run': {
    script: 'export const other = () => {}',
    says: /no default function, and none called "load"/,
  },
  'throws in a setup that is asynchronous': {
    script: 'export const setup = async () => { throw new Error("no token") }; export default () => {}',
    says: /no token/,
  },
  'throws in its setup': {
    script: 'export const setup = () => { throw new Error("no token") }; export default () => {}',
    says: /no token/,
  },
}

withEachK6(() => {
  const server = useEngineServer()

  it('runs a script as it is: setup, environment, several requests for each iteration, teardown', async () => {
    const env = {BASE: server().url, FLAVOUR: 'vanilla'}
    const plan = scriptPlan(scriptFile(checkout), {perSecond: 20, durationMs: 1500, env})
    const {seconds, totals, warnings} = await runLoad(k6, plan)

    const browse = sumOf(seconds, 'browse')
    expect(browse.answered).toEqual({200: 30})
    expect(sumOf(seconds, 'pay').answered).toEqual({500: 30})
    expect(totals).toEqual({due: 60, sent: 60, skipped: 0, answered: 60, failed: 0})
    expect(seconds.map(({arrivals}) => arrivals)).toEqual([20, 10])
    expect(seconds.flatMap(({requests}) => Object.values(requests)).every(isBalanced)).toBe(true)
    const urls = server().seen.map(({url}) => url)
    expect(urls.filter((url) => url === '/ok?tk-vanilla')).toHaveLength(30)
    expect(urls.at(-1)).toBe('/created')

    expect(warnings.join('\n')).toMatch(/own iterations, vus are not used/)
  })

  it('counts iterations that k6 cut off or did not start, which k6 itself has no request for', async () => {
    const hang = `import http from 'k6/http'
export default () => http.get(__ENV.BASE + '/hang', {tags: {name: 'hang'}, timeout: '60s'})`
    const plan = scriptPlan(scriptFile(hang), {perSecond: 20, timeoutMs: 500, env: {BASE: server().url}})
    const {seconds, totals} = await runLoad(k6, plan)
    const cut = sumOf(seconds, 'iterations interrupted')
    expect(cut.failed).toEqual({aborted: cut.sent})
    // 20 a second that should take half a second, and a fifth more: 12 users.
    expect(cut.sent).toBe(12)
    expect(sumOf(seconds, 'iterations dropped')).toMatchObject({skipped: 8, sent: 0})
    expect(totals).toEqual({due: 20, sent: 12, skipped: 8, answered: 0, failed: 12})
  })

  for (const [what, {script, says, ...more}] of Object.entries(broken)) {
    it(`refuses a script that ${what}, before any load is sent`, async () => {
      const plan = scriptPlan(scriptFile(script))
      const options = {signal: new AbortController().signal, onSecond: () => {}}
      const failure: unknown = await k6.prepare(plan, options).catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(UserError)
      expect(String(failure)).toMatch(says)
      expect(String(failure)).not.toMatch(/\n\s+at /)
      if ('hint' in more && failure instanceof UserError) expect(failure.hint).toMatch(more.hint)
      expect(readdirSync(tmpdir()).filter((name) => name.startsWith('shakedown-k6-'))).toEqual([])
    })
  }

  it('ends soon when every iteration throws, and shows the first exception', async () => {
    const plan = scriptPlan(scriptFile('export default () => { null.basket }'), {
      perSecond: 40,
      durationMs: 90_000,
    })
    const before = Date.now()
    await expect(runLoad(k6, plan)).rejects.toThrow(/throws before it sends anything: TypeError.*basket/s)
    expect(Date.now() - before).toBeLessThan(60_000)
  })

  it('ends soon when the host of a script does not resolve', async () => {
    const script = `import http from 'k6/http'
export default () => http.get('http://nowhere.invalid/ok', {tags: {name: 'lost'}})`
    const plan = scriptPlan(scriptFile(script), {perSecond: 40, durationMs: 30_000})
    await expect(runLoad(k6, plan)).rejects.toThrow(/script\.js names a host that does not resolve/)
    expect(runningK6()).toEqual([])
  })

  it('says why the script itself stopped the load', async () => {
    const script = `import exec from 'k6/execution'
export default () => exec.test.abort('the basket is empty')`
    const plan = scriptPlan(scriptFile(script), {durationMs: 30_000})
    await expect(runLoad(k6, plan)).rejects.toThrow(/test\.abort\(\).*the basket is empty/)
  })

  it('says that k6 was killed', async () => {
    const script = `import http from 'k6/http'
export default () => http.get(__ENV.BASE + '/ok')`
    const plan = scriptPlan(scriptFile(script), {durationMs: 60_000, env: {BASE: server().url}})
    const run = runLoad(k6, plan, async () => {
      await expect.poll(() => server().seen.length).toBeGreaterThan(5)
      const [pid] = runningK6()
      // Pid 0 would be all of us.
      if (pid) process.kill(pid, 'SIGKILL')
    })
    await expect(run).rejects.toThrow(EnvironmentError)
    await expect(run).rejects.toThrow(/k6 was killed by SIGKILL/)
  })
})
