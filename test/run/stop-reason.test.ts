import {expect, it} from 'vitest'
import {LimitReached, stoppedBy} from '../../src/run/stop-reason.js'

it('takes a load that ended at a limit of its own for one that a guard stopped', () => {
  const reason = new LimitReached({name: 'http_req_failed: rate<0.5', message: 'it was crossed'})
  expect(stoppedBy(reason, 5)).toEqual({
    ended: 'guard',
    event: {
      kind: 'event',
      atMs: 5,
      event: 'guard-tripped',
      guard: 'http_req_failed: rate<0.5',
      message: 'it was crossed',
    },
  })
})
