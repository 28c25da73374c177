import {expect, it} from 'vitest'
import {sickProxySuite} from '../e2e/sick-proxies.js'
import {openStage} from '../e2e/sick-stage.js'
import {until} from '../soak/processes.mjs'
import {writeScenario} from '../soak/scenarios.mjs'

// Each kind of sickness once, and each way to end a run; every pair is tried on the real Toxiproxy (test/real).
sickProxySuite('embedded', [
  ['hangs for 4 s', 'kill -9'],
  ['hangs for good', 'Ctrl-C'],
  ['dies and comes back empty', 'the run ends'],
  ['answers 500 to every DELETE', 'Ctrl-C'],
  ['answers 503 to every DELETE, which lands 1 s later', 'kill -9'],
])

it('does not run the next scenario on what is still broken, and says so by its exit code', async () => {
  const stage = await openStage('embedded')
  try {
    const paths = ['first', 'second'].map((name) =>
      writeScenario(stage.user.home, name, ['latency: {edge: front->a, delay: 50ms}']),
    )
    const running = stage.user.start(['run', ...paths, '--toxiproxy', stage.relay.url, '--json'])
    expect(await until(async () => (await stage.system.api.proxies()).a?.toxics.length === 1, 60_000)).toBe(
      true,
    )
    stage.relay.ailment = {method: 'DELETE', answer: 500}
    const {code, stdout} = await running.done
    expect(code, stdout).toBe(5)
    const {outcome, runs} = JSON.parse(stdout)
    expect(outcome).toBe('residual')
    expect(runs).toHaveLength(1)
    stage.relay.ailment = undefined
    expect((await stage.user.run(['restore'])).code).toBe(0)
  } finally {
    stage.relay.stop()
    await stage.system.stop()
  }
}, 300_000)
