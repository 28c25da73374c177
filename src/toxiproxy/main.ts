import {readFile} from 'node:fs/promises'
import {parseArgs} from 'node:util'
import {type RunningToxiproxyServer, startToxiproxyServer} from './server.js'

/** Exit code of a server that could not start: see exit-codes.ts, `error` and `usage`. */
const exitError = 4
const exitUsage = 2

const say = (line: Record<string, string>): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

const fail = (thrown: unknown, exitCode: number): void => {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'EINVAL'
  say({error: thrown instanceof Error ? thrown.message : String(thrown), code})
  process.exitCode = exitCode
}

const readArguments = () => {
  const {values} = parseArgs({
    options: {
      host: {type: 'string', default: '127.0.0.1'},
      port: {type: 'string', default: '8474'},
      seed: {type: 'string'},
      config: {type: 'string'},
      owned: {type: 'boolean', default: false},
    },
  })
  const port = Number(values.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port}: expected 0 to 65535`)
  const seed = values.seed === undefined ? undefined : Number(values.seed)
  if (seed !== undefined && !Number.isInteger(seed))
    throw new Error(`--seed ${values.seed}: expected a whole number`)
  return {
    host: values.host,
    port,
    owned: values.owned,
    config: values.config,
    ...(seed === undefined ? {} : {seed}),
  }
}

/** Creates the proxies of a file of the original's format: an array as `POST /populate` takes it. */
const populate = async (url: string, file: string): Promise<void> => {
  const response = await fetch(`${url}/populate`, {method: 'POST', body: await readFile(file)})
  if (!response.ok) throw new Error(`${file}: ${await response.text()}`)
}

const start = async (): Promise<RunningToxiproxyServer | undefined> => {
  let server: RunningToxiproxyServer | undefined
  let failure = exitUsage
  try {
    const {owned, config, ...options} = readArguments()
    failure = exitError
    server = await startToxiproxyServer(options)
    if (config !== undefined) await populate(server.url, config)
    const stop = () => void server?.close()
    process.once('SIGTERM', stop).once('SIGINT', stop)
    // The owner holds the other end of stdin: when the owner is gone, however it went, so is this server.
    if (owned) process.stdin.resume().once('end', stop).once('error', stop)
    say({url: server.url})
    return server
  } catch (cause) {
    fail(cause, failure)
    await server?.close()
    return undefined
  }
}

await start()
