import {describe, expect, it} from 'vitest'
import {newUser, shipped} from '../e2e/cli.js'

const user = newUser()

/** Every command goes the same way; these are what each layer of it refuses: parser, values, workflow, files. */
const cases: [command: string, args: string[], says: RegExp][] = [
  ['plan', [shipped('payment-slow'), '--switch', 'order.breker=off'], /did you mean "order\.breaker"/],
  ['capacity compare', ['/no/such', '/no/such'], /\/no\/such/],
  ['schema', ['--format', 'markdown'], /--format markdown is no JSON/],
  ['validate', [], /Missing: scenario/],
  ['doctor', ['--target', 'shop.yaml'], /--target .* cluster/],
  ['down', ['--on', 'kuberntes'], /kuberntes/],
  ['status', ['--context', '', '--on', 'kubernetes'], /--context: expected a value, got nothing/],
]

describe('wrong input, asked for as JSON', () => {
  it.each(cases)('of %s is one object and exit code 2', async (command, args, says) => {
    const {code, stdout, stderr} = await user.run([...command.split(' '), ...args, '--json'])
    expect(JSON.parse(stdout)).toEqual({
      error: {
        message: expect.stringMatching(says),
        exitCode: 2,
        ...(stdout.includes('"hint"') && {hint: expect.any(String)}),
      },
    })
    expect(stderr).not.toContain('Error')
    expect(code).toBe(2)
  })
})

describe('a state directory that is a file', () => {
  it('is found by doctor, with what to do', async () => {
    const {code, stdout} = await user.run(['doctor', '--json'], {
      shell: 'touch state.txt; export SHAKEDOWN_STATE=state.txt',
    })
    expect(JSON.parse(stdout).findings).toContainEqual({
      name: 'state directory',
      state: 'missing',
      message: expect.stringMatching(/state\.txt cannot be written: ENOTDIR.*SHAKEDOWN_STATE=FOLDER/),
    })
    expect(code).toBe(4)
  })
})
