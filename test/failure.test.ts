import {describe, expect, it} from 'vitest'
import {UserError} from '../src/errors.js'
import {failureOf} from '../src/failure.js'

const called = {command: 'run', flags: ['target', 'seed']}

/** As the parser of flags throws it. */
const parserError = (message: string, extras: object = {}): Error =>
  Object.assign(new Error(`${message}\nSee more help with --help`), {oclif: {exit: 2}}, extras)

describe('an error of the flags', () => {
  it.each([
    ['Parsing --seed \n\tExpected an integer but received: abc', '--seed: expected an integer, got abc'],
    ['The following error occurred:\n  \u001B[2mMissing required flag record\u001B[22m', 'Missing: --record'],
    [
      'Missing 1 required arg:\nscenario  Scenario files.\n\nNote: --switch allows multiple values.\nAlternatively, you can',
      'Missing: scenario',
    ],
    [
      'The following error occurred:\n All of the following must be provided when using --watch-port: --watch',
      '--watch-port goes only with --watch',
    ],
  ])('%j is said as %s', (message, said) => {
    expect(failureOf(parserError(message), called)).toEqual({
      exitCode: 2,
      message: said,
      hint: 'shakedown run --help shows what to write.',
    })
  })

  it('that no flag has that name says which was meant', () => {
    const error = parserError('Nonexistent flag: --traget', {flags: ['--traget']})
    expect(failureOf(error, called).message).toBe('There is no flag --traget: did you mean "--target"?')
  })

  it('of one letter is said in the same words', () => {
    const error = parserError('Nonexistent flag: -x', {flags: ['-x']})
    expect(failureOf(error, called).message).toBe('There is no flag -x')
  })

  it('that a flag finds in its own value keeps its hint', () => {
    const error = new UserError('expected an http:// or https:// URL', {hint: 'Write it as …'})
    error.message = `Parsing --toxiproxy \n\t${error.message}\nSee more help with --help`
    expect(failureOf(error, called)).toEqual({
      exitCode: 2,
      message: '--toxiproxy: expected an http:// or https:// URL',
      hint: 'Write it as …',
    })
  })
})

describe('any other error', () => {
  it('is a bug, with where it comes from', () => {
    expect(failureOf(new TypeError('x is undefined'), called)).toMatchObject({
      exitCode: 4,
      hint: expect.stringContaining('bug'),
      stack: expect.stringContaining('failure.test.ts'),
    })
  })
})
