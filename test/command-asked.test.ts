import {describe, expect, it} from 'vitest'
import {askedFor, notFound} from '../src/command-asked.js'

const ids = ['run', 'restore', 'validate', 'capacity', 'capacity:compare']

describe('words that name a command', () => {
  it.each([
    [
      ['help', 'run'],
      ['run', '--help'],
    ],
    [['help'], ['--help']],
    [['-h'], ['--help']],
    [['-v'], ['--version']],
    [['version'], ['--version']],
    [
      ['run', 'help.yaml'],
      ['run', 'help.yaml'],
    ],
  ])('%j are taken for %j', (words, args) => {
    expect(askedFor(words)).toEqual(args)
  })
})

describe('words that name none', () => {
  it.each([
    [['valdiate', 'x.yaml'], 'There is no command "valdiate": did you mean "validate"?'],
    [['frobnicate'], 'There is no command "frobnicate"'],
    [['--json', 'run'], 'No command stands before --json'],
    [['restore', 'extra'], 'restore takes only flags, got "extra"'],
    [['capacity', 'compare', 'x'], 'capacity compare takes only flags, got "x"'],
  ])('%j: %s', (words, message) => {
    expect(notFound(words, ids)).toMatchObject({message, hint: expect.stringContaining('--help')})
  })
})
