import {describe, expect, it} from 'vitest'
import {untilDecided} from '../e2e/decided.js'
import {groups} from './sabotage-groups.js'
import {missing, note, runWith, withStage} from './sabotage-runs.js'
import {type Came, mend} from './sabotage-stage.js'

const stage = withStage()

describe('a run that nobody sabotages', () => {
  for (const group of groups) {
    it.skipIf(missing(group))(`passes: ${group.name}`, async () => {
      const attempt = async (): Promise<Came> => {
        await mend(stage())
        return await runWith(stage(), group)
      }
      const came = await untilDecided(group.name, attempt, ({verdict}) => verdict)
      expect(came, came.reasons.join('\n')).toMatchObject({outcome: 'pass', code: 0})
      note(`(nothing) ${group.name}`, came)
    })
  }
})
