// One round: a run is started, killed, and looked at until the world is as it was.
import {setTimeout as sleep} from 'node:timers/promises'
import {leftOver, runCli, startCli} from './cli.mjs'
import {journalsIn, momentOf, openIn} from './journal.mjs'
import {processesOf, signalTo, until, watchdogsOf} from './processes.mjs'

/** Processes and journals may take this much longer to go: nothing is broken any more by then. */
const tidyLimitMs = 5_000

/** `a` and `b` are never down in that scenario: one that is closed is so for the sake of fresh connections. */
const isClosing = async ({api}) => {
  const {a, b} = await api.proxies()
  return !(a.enabled && b.enabled)
}

/** Waits for the instant of the kill; returns what tells what the run is doing then. */
const untilInstant = async ({when}, {system, stateDirectory, ended, child}) => {
  const known = {seen: false, told: false}
  const look = () => {
    const [journal] = journalsIn(stateDirectory)
    if (journal) known.seen = true
    return journal
  }
  const lines = () => look()?.entries.length ?? 0
  if (when.line !== undefined) await until(() => ended() || lines() >= when.line, 20_000, 2)
  if (when.closed) await until(async () => ended() || (await isClosing(system)), 20_000, 1)
  await until(() => lines() < 0 || ended(), when.afterMs, 5)
  if (when.stopFirstMs !== undefined) {
    known.told = signalTo(child.pid, 'SIGINT')
    await sleep(when.stopFirstMs)
  }
  return () => momentOf(look(), known)
}

/** Kills the CLI, and its watchdog at the same instant if so planned; a watchdog that is just being born is killed too. */
const kill = async (plan, child, stateDirectory) => {
  const doomed = plan.watchdogToo ? watchdogsOf(stateDirectory) : []
  for (const {pid} of doomed) signalTo(pid, 'SIGKILL')
  signalTo(plan.group ? -child.pid : child.pid, 'SIGKILL')
  if (plan.watchdogToo) {
    await sleep(100)
    for (const {pid} of watchdogsOf(stateDirectory)) signalTo(pid, 'SIGKILL')
  }
}

const worldOf = (system) => system.world().catch((cause) => `cannot be read: ${cause.message}`)

/**
 * Looks until the world is back and has stayed so until all of ours has gone, at most until `over` and the limits allow.
 * `firstMs`: when it was first as before, `backMs`: since when it stayed so, both in ms after the call.
 */
const untilBack = async ({system, before, stateDirectory, limitMs}, over) => {
  const fromMs = performance.now()
  const looked = {broken: false, firstMs: undefined, backMs: undefined}
  const tidy = () =>
    processesOf(stateDirectory).length === 0 &&
    journalsIn(stateDirectory).every((one) => openIn(one).length === 0)
  const settled = async () => {
    const lateMs = performance.now() - fromMs
    const same = (await worldOf(system)) === before
    if (same) {
      looked.firstMs ??= lateMs
      looked.backMs ??= lateMs
    } else Object.assign(looked, {broken: true, backMs: undefined})
    if (!over()) return false
    return (same && tidy()) || (!same && lateMs > limitMs) || lateMs > limitMs + tidyLimitMs
  }
  await until(settled, 60_000 + limitMs, 20)
  return looked
}

/** What is wrong after a round, in words: nothing, when all is well. */
const complaints = async ({system, before, stateDirectory, place, limitMs}, {backMs}) => {
  const listed = await leftOver(place)
  const left = processesOf(stateDirectory)
  const open = journalsIn(stateDirectory).flatMap(openIn)
  return [
    ...(backMs === undefined
      ? [`the world is not as it was: ${await worldOf(system)}\nbut was: ${before}`]
      : []),
    ...(backMs > limitMs ? [`it took ${Math.round(backMs)} ms to be back`] : []),
    ...(left.length > 0
      ? [`still running: ${left.map(({pid, command}) => `${pid} ${command}`).join('; ')}`]
      : []),
    ...(open.length > 0 ? [`the journal still has ${open.join(', ')}`] : []),
    ...(listed.length > 0 ? [`restore still lists ${listed}`] : []),
  ]
}

/** With the watchdog dead, restore must list what is left, and it or the next run must put it back. */
const restoreByHand = async (context, plan) => {
  const {stateDirectory, place, nextRun} = context
  const open = journalsIn(stateDirectory).flatMap(openIn)
  const listed = await leftOver(place)
  let over = false
  const command = plan.byRun ? ['run', nextRun, '--quiet', '--report', 'json'] : ['restore']
  const restoring = runCli(place, command).finally(() => (over = true))
  const looked = await untilBack(context, () => over)
  const {code, said} = await restoring
  // A run breaks things itself once it has put back what was left.
  if (plan.byRun && looked.backMs !== undefined) looked.backMs = looked.firstMs
  const fine = plan.byRun ? [0, 1, 3] : [0]
  const wrong = [
    ...(listed.length === open.length ? [] : [`restore lists [${listed}], the journal has [${open}]`]),
    ...(fine.includes(code) ? [] : [`${command[0]} ended with ${code}: ${said}`]),
  ]
  return {...looked, broken: open.length > 0 && looked.broken, wrong}
}

/** Plays a round; `wrong` lists everything that is not as it should be. */
export const playRound = async (context, plan) => {
  const {place, stateDirectory} = context
  const {child, done} = startCli(place, ['run', plan.scenario, '--quiet', '--report', 'json'])
  let over = false
  done.then(() => (over = true))
  const moment = await untilInstant(plan, {...context, child, ended: () => over})
  const hit = over ? 'ended before' : moment()
  const journal = journalsIn(stateDirectory).map(({text}) => text)
  await kill(plan, child, stateDirectory)
  const looked = plan.watchdogToo
    ? await restoreByHand(context, plan)
    : {...(await untilBack(context, () => true)), wrong: []}
  const ended = await done
  const wrong = [...looked.wrong, ...(await complaints(context, looked))]
  return {...looked, hit, journal, ended, wrong}
}
