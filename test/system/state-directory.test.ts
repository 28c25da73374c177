import {homedir} from 'node:os'
import {join, resolve} from 'node:path'
import {describe, expect, it} from 'vitest'
import {stateDirectory} from '../../src/system/state-directory.js'

describe('the state directory', () => {
  it.each([
    ['its own variable', {SHAKEDOWN_STATE: '/a', XDG_STATE_HOME: '/b'}, '/a'],
    ['the XDG state home', {XDG_STATE_HOME: '/b'}, '/b/shakedown'],
    ['the home folder', {}, join(homedir(), '.local/state/shakedown')],
    ['a path from here, which others find all the same', {SHAKEDOWN_STATE: 'mine'}, resolve('mine')],
  ])('comes from %s', (_, env, path) => {
    expect(stateDirectory(env)).toBe(path)
  })

  it('is the home of the account where HOME is empty', () => {
    const home = process.env['HOME']
    process.env['HOME'] = ''
    try {
      expect(stateDirectory({})).toMatch(/^\/.*\.local\/state\/shakedown$/)
      expect(stateDirectory({})).not.toContain(process.cwd())
    } finally {
      if (home === undefined) delete process.env['HOME']
      else process.env['HOME'] = home
    }
  })
})
