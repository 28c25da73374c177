import {describe} from 'vitest'
import {itIsUndecided, withStage} from './sabotage-runs.js'
import {worldSabotages} from './sabotage-world-rows.js'

const stage = withStage()

describe('a run whose world somebody else changes neither passes nor fails', () => {
  itIsUndecided(worldSabotages, stage)
})
