import {afterEach, describe, expect, it} from 'vitest'
import {systemClock} from '../../src/service/clock.js'
import {createLog} from '../../src/service/log.js'
import {type RunningService, runService} from '../../src/service/run.js'

describe('a service that is asked to leave', () => {
  let running: RunningService | undefined
  const start = async (drains: boolean, noticeMs: number): Promise<string> => {
    const log = createLog({service: 'psp', replica: 'psp-1', level: 'error', write: () => {}})
    const config = {
      service: 'psp' as const,
      replica: 'psp-1',
      port: 0,
      noticeMs,
      upstreams: {},
      switches: {'shutdown.drain': drains},
      seed: 1,
    }
    const create = () => ({routes: [], whyNotReady: () => undefined, close: async () => {}})
    running = await runService(create, config, {clock: systemClock, log})
    return `http://127.0.0.1:${running.port}`
  }
  const status = async (url: string): Promise<number> => (await fetch(url)).status
  afterEach(() => running?.stop())

  it('is not ready from then on, and answers only when its callers had time to notice', async () => {
    const url = await start(true, 400)
    expect(await status(`${url}/readyz`)).toBe(200)
    const startedMs = performance.now()
    const leaving = fetch(`${url}/__ref/leave`)
    await expect.poll(() => status(`${url}/readyz`)).toBe(503)
    expect(await (await leaving).json()).toEqual({left: true})
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(395)
    expect(await status(`${url}/livez`)).toBe(200)
  })

  it('stays when it is not to drain', async () => {
    const url = await start(false, 60_000)
    expect(await (await fetch(`${url}/__ref/leave`)).json()).toEqual({left: false})
    expect(await status(`${url}/readyz`)).toBe(200)
  })
})
