import {describe, expect, it} from 'vitest'
import {groups} from './sabotage-groups.js'
import {itIsUndecided, missing, note, runWith, withStage} from './sabotage-runs.js'
import {worldSabotages} from './sabotage-world-rows.js'

const stage = withStage()

describe('a run that nobody sabotages', () => {
  for (const group of groups) {
    // A busy machine may make the generator late, which is no pass either: three tries show that it can.
    it.skipIf(missing(group))(`passes: ${group.name}`, {retry: 2}, async () => {
      const came = await runWith(stage(), group)
      expect(came).toMatchObject({outcome: 'pass', code: 0})
      note(`(nothing) ${group.name}`, came)
    })
  }
})

describe('a run whose world somebody else changes neither passes nor fails', () => {
  itIsUndecided(worldSabotages, stage)
})
