import {vi} from 'vitest'
import {processEnding} from '../contracts/process-ending.js'
import {processPressure} from '../contracts/process-pressure.js'
import {processStage} from '../fakes/process-stage.js'

// A deployment is eighteen processes, and the machine may be busy with others: one for both.
vi.setConfig({testTimeout: 60_000, hookTimeout: 120_000})

const stage = processStage()

processEnding(stage)
processPressure(stage)
