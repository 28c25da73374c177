import {spawnSync} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, it} from 'vitest'
import {makeFolder} from '../../../src/engines/k6/folder.js'

const before = process.env['TMPDIR']
beforeEach(() => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), 'shakedown-folders-'))
})
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = before
})

it('is for our eyes only, and removes those of runs that were killed, and no others', async () => {
  const {pid: dead} = spawnSync('true')
  const paths = [`shakedown-k6-${dead}-abc`, `shakedown-k6-${process.pid}-abc`, 'shakedown-k6-notes'].map(
    (name) => join(tmpdir(), name),
  )
  for (const path of paths) mkdirSync(path)
  const made = await makeFolder()
  expect(statSync(made).mode & 0o777).toBe(0o700)
  expect(paths.map((path) => existsSync(path))).toEqual([false, true, true])
})
