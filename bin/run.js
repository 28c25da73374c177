#!/usr/bin/env node
import {existsSync, readFileSync} from 'node:fs'
import module from 'node:module'

// `--version` is asked by scripts and by `doctor` of others: it is answered before anything is loaded.
if (process.argv.length === 3 && process.argv[2] === '--version') {
  const {name, version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  process.stdout.write(`${name}/${version} ${process.platform}-${process.arch} node-${process.version}\n`)
} else if (existsSync(new URL('../dist/cli.js', import.meta.url))) {
  // Node would exit with 1, which says that an objective was missed. A run that dies here is cleaned up by its watchdog.
  process.on('uncaughtException', (error) => {
    const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(
      `Error: shakedown broke\nThis is a bug in shakedown: please report it with the lines below.\n${told}\n`,
    )
    process.exit(4)
  })
  // Node 22 keeps what it compiled; Node 20 knows no such thing.
  module.enableCompileCache?.()
  const {execute} = await import('../dist/cli.js')
  await execute({dir: import.meta.url})
} else {
  process.stderr.write('Error: shakedown has not been built\nIn its checkout, run: npm ci && npm run build\n')
  process.exitCode = 4
}
