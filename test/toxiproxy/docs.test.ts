import {readFile} from 'node:fs/promises'
import {expect, it} from 'vitest'
import {toxics} from '../../src/toxiproxy/toxics/index.js'

const docs = await readFile(new URL('../../docs/toxiproxy.md', import.meta.url), 'utf8')

it.each(Object.entries(toxics))(
  'the documentation has toxic %s with its attributes',
  (name, {attributes}) => {
    const row = docs.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
    expect(row?.split('|')[2]?.match(/`(\w+)`/g) ?? []).toEqual(
      attributes.map((attribute) => `\`${attribute}\``),
    )
  },
)
