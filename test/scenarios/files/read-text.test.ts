import {execFileSync} from 'node:child_process'
import {mkdtempSync, writeFileSync} from 'node:fs'
import {open} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {readBytes} from '../../../src/scenarios/files/read-bytes.js'
import {readText} from '../../../src/scenarios/files/read-text.js'

const folder = mkdtempSync(join(tmpdir(), 'shakedown-read-'))

const file = (name: string, bytes: string | Buffer): string => {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const pipe = (name: string): string => {
  const path = join(folder, name)
  execFileSync('mkfifo', [path])
  return path
}

describe('a text file', () => {
  it.each([
    ['a byte order mark', Buffer.from('\uFEFFname: ä\n')],
    ['none', Buffer.from('name: ä\n')],
  ])('is read with %s', async (what, bytes) => {
    expect(await readText(file(`${what}.yaml`, bytes))).toBe('name: ä\n')
  })

  it.each([
    ['UTF-16 with its mark', Buffer.from('\uFEFFname: a', 'utf16le')],
    ['UTF-16 without', Buffer.from('name: a', 'utf16le')],
    ['bytes of a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0xff])],
  ])('that is %s is no text', async (what, bytes) => {
    await expect(readText(file(`${what}.yaml`, bytes))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringMatching(/\.yaml: it is not text in UTF-8$/),
      hint: expect.stringContaining('UTF-8'),
    })
  })

  it('that is too large is refused before it is read', async () => {
    const path = join(folder, 'huge.yaml')
    const handle = await open(path, 'w')
    await handle.truncate(100 * 1024 * 1024)
    await handle.close()
    await expect(readText(path)).rejects.toThrow(/huge\.yaml: it is too large: more than 4 MB$/)
  })
})

describe('what is no file', () => {
  it('is read to its end', async () => {
    expect(await readText('/dev/null')).toBe('')
  })

  it('and never ends is left', async () => {
    await expect(readBytes('/dev/zero', 1024 * 1024)).rejects.toThrow('more than 1 MB')
  })
})

describe('a pipe', () => {
  it('is read until its writer is done, however slow', async () => {
    const path = pipe('slow')
    const reading = readText(path)
    const writer = await open(path, 'w')
    await writer.write('name: ')
    await new Promise((resolve) => setTimeout(resolve, 60))
    await writer.write('slow\n')
    await writer.close()
    expect(await reading).toBe('name: slow\n')
  })

  it('that nobody writes to is left', async () => {
    await expect(readText(pipe('silent'))).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining('nobody writes to it'),
    })
  })
})
