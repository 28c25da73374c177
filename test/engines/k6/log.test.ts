import {describe, expect, it} from 'vitest'
import {failureOf} from '../../../src/engines/k6/ends.js'
import {createLog} from '../../../src/engines/k6/log.js'
import {EnvironmentError, UserError} from '../../../src/errors.js'

const line = (entry: Record<string, string>): string => `${JSON.stringify(entry)}\n`

describe('the log of k6', () => {
  it('keeps the first errors, and counts the exceptions of iterations', () => {
    const log = createLog()
    for (let n = 0; n < 1000; n++) {
      log.write(line({level: 'warning', msg: 'Request Failed', error: 'EOF'}))
      log.write(
        line({level: 'error', msg: `boom ${n}\n\tat default (file:///s.js:3:1(2))`, scenario: 'main'}),
      )
    }
    log.write(line({level: 'error', msg: 'said by the script', source: 'console'}))
    for (let n = 0; n < 100; n++) log.write(line({level: 'error', msg: `error ${n}`}))
    expect(log.exceptions).toEqual({count: 1000, first: 'boom 0\n\tat default (file:///s.js:3:1(2))'})
    expect(log.errors).toEqual(['error 0', 'error 1', 'error 2', 'error 3', 'error 4'])
  })

  it('reads complaints about flags, which come as text whatever was asked for', () => {
    const log = createLog()
    log.write('time="2026-11-21T11:05:49Z" level=error msg="unknown flag: --nonsense, \\"x\\""\n')
    expect(log.errors).toEqual(['unknown flag: --nonsense, "x"'])
  })
})

const logWith = (message: string) => {
  const log = createLog()
  log.write(line({level: 'error', msg: message}))
  return log
}

describe('the end of k6', () => {
  it.each([0, 99, 110])('with exit code %d is no failure: the load was there', (code) => {
    expect(failureOf({code, signal: null}, createLog())).toBeUndefined()
  })

  it.each([
    [107, UserError, /cannot run the script \/s\.js: TypeError: no/],
    [108, UserError, /\/s\.js called test\.abort\(\)/],
    [104, UserError, /refuses the options of the script \/s\.js/],
    [100, EnvironmentError, /"setup" took too long/],
    [105, EnvironmentError, /somebody stopped it with a signal/],
    [109, EnvironmentError, /it crashed/],
    [255, EnvironmentError, /exit code 255: TypeError: no/],
    [42, EnvironmentError, /exit code 42/],
    [137, EnvironmentError, /was killed by SIGKILL/],
  ])('with exit code %d is told as what it is', (code, kind, says) => {
    const failure = failureOf(
      {code, signal: null},
      logWith('TypeError: no\n\tat f (file:///s.js:1:2(3))'),
      '/s.js',
    )
    expect(failure).toBeInstanceOf(kind)
    expect(failure?.message).toMatch(says)
    expect(failure?.message).not.toMatch(/\n/)
  })

  it('by a signal names memory, the usual reason', () => {
    const failure = failureOf({code: null, signal: 'SIGKILL'}, createLog())
    expect(failure).toMatchObject({hint: expect.stringMatching(/memory/)})
  })
})
