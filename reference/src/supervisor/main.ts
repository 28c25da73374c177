/**
 * The supervisor of the reference deployment: starts every part, keeps it running, and answers for it on the control
 * API. Prints exactly one line: {"ready": target}, or {"error": {message, hint}} and ends with 4.
 */
import type {Server} from 'node:http'
import {StartError} from '../start-error.js'
import {describeTarget} from '../topology.js'
import {serveControlApi} from './control-api.js'
import {type Deployment, startDeployment} from './deployment.js'
import {freePorts} from './free-ports.js'
import {parseOptions, type SupervisorOptions} from './options.js'
import {loopback} from './process-plans.js'
import {claimUp, publishUp, retractUp} from './up-file.js'

const stopped = new AbortController()

/** Whoever asked shall have an answer first. */
const stopSoon = (): void => void setTimeout(() => stopped.abort(), 50)

const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    if (stopped.signal.aborted) resolve()
    stopped.signal.addEventListener('abort', () => resolve(), {once: true})
  })

const listenForTheEnd = (owned: boolean): void => {
  const stop = (): void => stopped.abort(new StartError('Stopped while starting'))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // The owner keeps the other end open for as long as it lives.
  if (owned) process.stdin.on('end', stop).on('error', stop).resume()
}

const serve = async (deployment: Deployment, options: SupervisorOptions): Promise<Server> => {
  const {controlPort: wanted} = options
  const controlPort = (await freePorts(['control'], wanted ? {control: wanted} : {})).get('control') ?? 0
  const urlOf = (name: string): string => {
    if (name === 'control') return loopback(controlPort)
    return name === 'proxy-server' ? deployment.proxyUrl : loopback(deployment.addresses.port(name))
  }
  const target = describeTarget(urlOf, options.replicas)
  const server = await serveControlApi(controlPort, {deployment, target, stop: stopSoon})
  if (!options.owned) await publishUp(options.stateDir, urlOf('control'))
  console.log(JSON.stringify({ready: target}))
  return server
}

const run = async (options: SupervisorOptions): Promise<void> => {
  listenForTheEnd(options.owned)
  if (!options.owned) await claimUp(options.stateDir)
  try {
    const deployment = await startDeployment(options, stopped.signal)
    try {
      const server = await serve(deployment, options)
      await untilStopped()
      server.close()
      server.closeAllConnections()
    } finally {
      await deployment.stop()
    }
  } finally {
    if (!options.owned) await retractUp(options.stateDir)
    process.stdin.destroy()
  }
}

const report = (cause: unknown): void => {
  const message = cause instanceof Error ? cause.message : String(cause)
  const hint = cause instanceof StartError ? cause.hint : undefined
  // A bug shows where it is; what is wrong outside does not need a stack.
  if (!(cause instanceof StartError)) console.error(cause)
  console.log(JSON.stringify({error: {message, hint}}))
  process.exitCode = 4
}

try {
  await run(parseOptions(process.argv.slice(2)))
} catch (cause) {
  report(cause)
}
