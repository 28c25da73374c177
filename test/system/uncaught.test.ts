import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {describe, expect, it} from 'vitest'

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

describe('what nobody caught', () => {
  it.each([
    ['thrown', 'process.once("beforeExit", () => { throw new Error("boom") })'],
    ['rejected', 'process.once("beforeExit", () => Promise.reject(new Error("boom")))'],
  ])('and was %s is a bug, and no missed objective', (_, code) => {
    const {status, stderr} = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(code)}`, bin, 'faults', 'latency'],
      {encoding: 'utf8', timeout: 20_000},
    )
    expect(stderr).toContain('This is a bug in shakedown')
    expect(stderr).toContain('boom')
    expect(status).toBe(4)
  })
})
