// Prints what comes of every kind of bad data: the case, what must come of it, what does, and why.
import {mkdtemp, rm} from 'node:fs/promises'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {rolldown} from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
// Below the checkout, so that packages are found.
const folder = await mkdtemp(join(root, 'node_modules', '.matrix-'))
try {
  const bundle = await rolldown({
    input: join(root, 'test/matrix/matrix.ts'),
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  })
  await bundle.write({file: join(folder, 'matrix.mjs'), format: 'esm'})
  const {matrix} = await import(join(folder, 'matrix.mjs'))
  const cases = matrix()
  const rows = [
    ['', 'case', 'expected', 'got', 'why'],
    ...cases.map((one) => [
      one.got === one.expected ? '✔' : '✘',
      one.what,
      one.expected,
      one.got,
      one.reason,
    ]),
  ]
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)))
  for (const row of rows)
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  const wrong = cases.filter(({got, expected}) => got !== expected)
  const falsePasses = wrong.filter(({got}) => got === 'pass')
  console.log(
    `\n${cases.length} cases, ${cases.length - wrong.length} as expected, ${falsePasses.length} false passes`,
  )
  process.exitCode = wrong.length > 0 ? 1 : 0
} finally {
  await rm(folder, {recursive: true, force: true})
}
