import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {describe, it} from 'vitest'
import {startSkewedGateway} from '../fakes/skewed-gateway.js'
import {loadSabotages} from './sabotage-rows.js'
import {binaryOf, expectUndecided, itIsUndecided, note, withStage} from './sabotage-runs.js'
import {begin, cameOut, until} from './sabotage-stage.js'

const stage = withStage()

describe('a run whose load or metrics are sabotaged neither passes nor fails', () => {
  itIsUndecided(loadSabotages, stage)

  it('killed, and judged by what it left', async () => {
    const {front, user} = stage()
    const {child, done} = begin(stage())
    const before = front.answered()
    await until(() => front.answered() > before + 100)
    child.kill('SIGKILL')
    await done
    const folder = join(user.home, '.shakedown/runs')
    const newest = readdirSync(folder).sort().at(-1) ?? ''
    const came = cameOut(await user.run(['judge', join(folder, newest), '--json']))
    note('killed with -9, then judged', came, /record complete/)
    expectUndecided(came, /record complete: the record has no end/)
  })

  it.skipIf(binaryOf('prometheus') === undefined)('a Prometheus whose clock is 30 s ahead', async () => {
    const gateway = await startSkewedGateway(stage().prometheus?.url ?? '', 30)
    try {
      const came = cameOut(await begin(stage(), {}, {args: ['--prometheus', gateway.url]}).done)
      note('a Prometheus whose clock is 30 s ahead', came, /clocks agree/)
      expectUndecided(came, /clocks agree: .* 30.* ahead/)
    } finally {
      await gateway.close()
    }
  })
})
