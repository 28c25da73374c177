import {existsSync, mkdtempSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, it} from 'vitest'
import {makeDirectory} from '../../src/system/make-directory.js'

it('makes what is missing above, and does not mind what is there', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'shakedown-folder-')), 'a', 'b', 'c')
  await makeDirectory(path)
  await makeDirectory(path)
  expect(existsSync(path)).toBe(true)
})

it('refuses to make one below a file', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'shakedown-folder-')), 'file')
  writeFileSync(file, '')
  await expect(makeDirectory(join(file, 'a', 'b'))).rejects.toThrow('ENOTDIR')
})

it.skipIf(!existsSync('/proc/self'))('ends where nothing can be made', async () => {
  await expect(makeDirectory('/proc/shakedown/journal')).rejects.toThrow('ENOENT')
})
