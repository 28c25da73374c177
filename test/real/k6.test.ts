import {afterAll, beforeAll, describe} from 'vitest'
import k6 from '../../src/engines/k6.js'
import {engineContract} from '../contracts/engine.js'
import {findTool} from './components.js'

for (const name of ['k6-2.1', 'k6-1.8']) {
  const tool = await findTool(name)
  describe.skipIf('missing' in tool)(`${name}${'missing' in tool ? `: ${tool.missing}` : ''}`, () => {
    const before = process.env['K6_PATH']
    beforeAll(() => {
      if ('binary' in tool) process.env['K6_PATH'] = tool.binary
    })
    afterAll(() => {
      process.env['K6_PATH'] = before
    })
    engineContract('k6', k6, {
      retries: true,
      drains: false,
      hoardsConnections: true,
      tolerance: {share: 0.05, ms: 150},
    })
  })
}
