import {access, rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {DatabaseName} from '../contract.js'
import {StartError} from '../start-error.js'
import {createCluster} from '../stores/postgres.js'
import {installPostgres, type PostgresInstallation} from '../stores/postgres-binaries.js'
import {allReplicas, databaseNames, proxyPlansFor, replicasOf, serviceNames} from '../topology.js'
import {freePorts} from './free-ports.js'
import {GuardianLink} from './guardian-link.js'
import {createWorkDirectory, reapLeftovers} from './leftovers.js'
import type {SupervisorOptions} from './options.js'
import {Pressures} from './pressures.js'
import {
  type Addresses,
  databasePlan,
  loopback,
  proxyRequests,
  proxyServerPlan,
  serviceConfig,
  servicePlan,
  servicesEntry,
} from './process-plans.js'
import {ProcessTable} from './process-table.js'
import {borrowProxies} from './proxy-server.js'
import {Switchboard} from './switchboard.js'

/** A running deployment. */
export interface Deployment {
  processes: ProcessTable
  switchboard: Switchboard
  pressures: Pressures
  addresses: Addresses
  proxyUrl: string
  guardianPid(): number
  /** Ends everything in at most 5 s and leaves nothing behind; may be called at any time, also twice. */
  stop(): Promise<void>
}

const progressLimitMs = 20_000

/** What is known at once, before anything of the deployment runs. */
interface Site {
  options: SupervisorOptions
  guardian: GuardianLink
  directory: string
  addresses: Addresses
  processes: ProcessTable
  pressures: Pressures
  /** What must be given back at the end, newest last. */
  undo: (() => Promise<void>)[]
}

const choosePorts = async (options: SupervisorOptions): Promise<Addresses> => {
  const proxies = proxyPlansFor(options.replicas)
  const replicas = allReplicas(options.replicas)
  const names = [...replicas, ...databaseNames, ...proxies.map(({name}) => name), 'proxy-server']
  const ports = await freePorts(names, options.ports)
  const port = (name: string): number => {
    const found = ports.get(name)
    if (found === undefined) throw new Error(`${name} has no port`)
    return found
  }
  return {port, proxies}
}

/** What can fail goes first: once there is a guardian, there is something to end. */
const prepare = async (options: SupervisorOptions): Promise<Site> => {
  await reapLeftovers()
  const addresses = await choosePorts(options)
  const directory = await createWorkDirectory()
  const guardian = new GuardianLink()
  guardian.guard({kind: 'directory', path: directory})
  const processes = new ProcessTable(directory, options.logDir ?? join(directory, 'logs'), guardian)
  const pressures = new Pressures((replica) => loopback(addresses.port(replica)))
  return {options, guardian, directory, addresses, processes, pressures, undo: []}
}

const startProxies = async ({options, addresses, processes, guardian, undo}: Site): Promise<string> => {
  const {toxiproxy, stateDir} = options
  const requests = proxyRequests(addresses)
  if ('command' in toxiproxy) {
    const port = addresses.port('proxy-server')
    processes.add(proxyServerPlan(toxiproxy.command, port, requests))
    return loopback(port)
  }
  const url = toxiproxy.url.replace(/\/$/, '')
  await borrowProxies(url, requests, stateDir, (names, giveBack) => {
    undo.push(giveBack)
    guardian.guard({kind: 'proxies', url, names})
  })
  return url
}

const startDatabases = async (site: Site, installation: PostgresInstallation): Promise<void> => {
  const {directory, addresses, processes} = site
  const create = (name: DatabaseName) =>
    createCluster(installation, {dataDirectory: join(directory, name), port: addresses.port(name)})
  // None is started unless all are there: a start that fails must not have one more begin behind its back.
  const clusters = await Promise.all(databaseNames.map(create))
  for (const [index, name] of databaseNames.entries()) {
    const cluster = clusters[index]
    if (cluster) processes.add(databasePlan(name, cluster))
  }
}

/** The databases and services start at the same time: services retry until theirs is there. */
const startServices = (site: Site, databaseUrl: (at: number) => string): Switchboard => {
  const {options, addresses, processes, pressures} = site
  const replicas = serviceNames.flatMap((service) =>
    replicasOf(service, options.replicas).map((name) => ({
      service,
      name,
      url: loopback(addresses.port(name)),
      isReady: () => processes.get(name)?.state === 'ready',
    })),
  )
  const switchboard = new Switchboard(() => replicas)
  for (const replica of replicas) {
    const {service, name} = replica
    const config = serviceConfig(service, name, addresses, {seed: options.seed, databaseUrl})
    const switches = () => switchboard.remembered(service)
    const catchUp = (): void => {
      const kept = processes.get(name)
      if (kept) void pressures.catchUp(kept)
      void switchboard.catchUp(replica)
    }
    processes.add(servicePlan(config, options.serviceEntry ?? servicesEntry, switches, catchUp))
  }
  return switchboard
}

const stopAll = async ({options, processes, undo, directory, guardian}: Site): Promise<void> => {
  const replicas = new Set(allReplicas(options.replicas))
  // Callers before what they call, so that nobody's last words are about somebody gone. Not long: services drain to
  // let their callers go, and these go too.
  await processes.end((name) => replicas.has(name), 1000)
  await Promise.allSettled([processes.end(() => true, 1500), ...undo.map((each) => each())])
  processes.closeLogs()
  await rm(directory, {recursive: true, force: true, maxRetries: 5, retryDelay: 50})
  guardian.dismiss()
}

/** Like Promise.all, but a failure of one waits for the other: what is cleaned up then has stopped changing. */
const bothOrNeither = async <A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> => {
  await Promise.allSettled([first, second])
  return Promise.all([first, second])
}

/** Starts the reference deployment and resolves when every part is ready; on failure it leaves nothing behind. */
export const startDeployment = async (
  options: SupervisorOptions,
  signal: AbortSignal,
): Promise<Deployment> => {
  const entry = options.serviceEntry ?? servicesEntry
  await access(entry).catch(() => {
    throw new StartError(`The services are not built: ${entry} is missing`, {hint: 'Run npm run build.'})
  })
  const site = await prepare(options)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= stopAll(site)
    return stopped
  }
  try {
    signal.throwIfAborted()
    await site.processes.createLogDirectory()
    const [proxyUrl, installation] = await bothOrNeither(startProxies(site), installPostgres())
    const databaseUrl = (at: number) =>
      `postgres://${installation.user}:${installation.password}@127.0.0.1:${at}/postgres`
    signal.throwIfAborted()
    const databasesStarted = startDatabases(site, installation)
    const switchboard = startServices(site, databaseUrl)
    await databasesStarted
    signal.throwIfAborted()
    await site.processes.untilReady(progressLimitMs, signal)
    const {processes, pressures, addresses, guardian} = site
    return {processes, switchboard, pressures, addresses, proxyUrl, guardianPid: () => guardian.pid, stop}
  } catch (cause) {
    await stop()
    throw cause
  }
}
