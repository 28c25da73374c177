import {describe, expect, it} from 'vitest'
import {askProgram} from '../../src/clients/child-process.js'
import {EnvironmentError} from '../../src/errors.js'

const quiet = new AbortController().signal
const shell = (script: string) => ({args: ['-c', script], env: {PATH: process.env['PATH'], NAME: 'tea'}})

describe('asking a program', () => {
  it('gets all that it said, and how it ended', async () => {
    const answer = await askProgram('sh', shell('echo $NAME; echo oops >&2; exit 3'), {
      limitMs: 10_000,
      signal: quiet,
    })
    expect(answer).toEqual({code: 3, signal: null, stdout: 'tea\n', stderr: 'oops\n'})
  })

  it('ends one that takes too long', async () => {
    const asked = askProgram(
      'sleep',
      {args: ['60'], env: {PATH: process.env['PATH']}},
      {limitMs: 100, signal: quiet},
    )
    await expect(asked).rejects.toThrow(/sleep 60 did not end within 0\.1 s/)
  })

  it('ends it when the signal aborts, with the reason', async () => {
    const stop = new AbortController()
    const limits = {limitMs: 60_000, signal: stop.signal}
    const asked = askProgram('sleep', {args: ['60'], env: {PATH: process.env['PATH']}}, limits)
    setTimeout(() => stop.abort(new Error('enough')), 100)
    await expect(asked).rejects.toThrow('enough')
  })

  it('says what cannot be started, and why', async () => {
    const asked = askProgram('/nowhere/at-all', {args: [], env: {}}, {limitMs: 1000, signal: quiet})
    await expect(asked).rejects.toThrow(EnvironmentError)
    await expect(asked).rejects.toThrow('/nowhere/at-all cannot be started: there is no such program')
  })
})
