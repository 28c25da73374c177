import {chmodSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {findK6, k6Environment} from '../../../src/engines/k6/binary.js'
import {EnvironmentError} from '../../../src/errors.js'

/** A program called k6 that says so to `k6 version --json`, and else what an old one says. */
const program = (withFlag: string, without = withFlag): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'shakedown-program-')), 'k6')
  writeFileSync(path, `#!/bin/sh\nif [ "$2" = --json ]; then ${withFlag}; else ${without}; fi\n`)
  chmodSync(path, 0o755)
  return path
}

const find = (path: string) =>
  findK6({K6_PATH: path, PATH: process.env['PATH']}, new AbortController().signal)

describe('finding k6', () => {
  it.each(['1.5.0', '1.8.1', '2.1.0', '2.2.0'])('takes version %s', async (version) => {
    const path = program(`echo '{"go_version":"go1.26.8","version":"v${version}"}'`)
    expect(await find(path)).toEqual({path, version})
  })

  it('takes the one on the PATH when none is named', async () => {
    const path = program(`echo '{"version":"v2.0.0"}'`)
    const env = {PATH: `${join(path, '..')}:${process.env['PATH']}`}
    expect(await findK6(env, new AbortController().signal)).toEqual({path: 'k6', version: '2.0.0'})
  })

  it.each([
    [
      'none',
      '/nowhere/k6',
      /There is no k6 to run: \/nowhere\/k6 cannot be started: there is no such program/,
    ],
    [
      'one too old',
      program('exit 255', "echo 'k6 v0.47.0 (go1.21.3, linux/amd64)'"),
      /k6 0\.47\.0 is too old: 1\.5/,
    ],
    ['1.4', program(`echo '{"version":"v1.4.2"}'`), /k6 1\.4\.2 is too old/],
    [
      'another program',
      program('echo kubernetes six 4.2'),
      /is not the load generator k6: to "version" it says "kubernetes six 4\.2"/,
    ],
    ['one that fails', program('echo no >&2; exit 1'), /is not the load generator k6/],
  ])('refuses %s, and says what to do', async (_what, path, says) => {
    const failure: unknown = await find(path).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(EnvironmentError)
    expect(String(failure)).toMatch(says)
    expect(failure).toMatchObject({hint: expect.stringMatching(/K6_PATH/)})
  })
})

it('hides from k6 what would change it behind our back', () => {
  const ours = {PATH: '/bin', K6_VUS: '1', K6_OUT: 'cloud', TOKEN: 'x'}
  expect(k6Environment(ours, {BASE: 'y'})).toEqual({
    PATH: '/bin',
    TOKEN: 'x',
    BASE: 'y',
    K6_NO_USAGE_REPORT: 'true',
    K6_AUTO_EXTENSION_RESOLUTION: 'false',
  })
})
