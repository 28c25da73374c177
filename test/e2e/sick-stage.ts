import {setTimeout as sleep} from 'node:timers/promises'
import {expect} from 'vitest'
import {type Relay, startRelay} from '../fakes/toxiproxy-relay.js'
import {processesOf, until} from '../soak/processes.mjs'
import {writeScenario} from '../soak/scenarios.mjs'
import {type SmallSystem, startSystem} from '../soak/system.mjs'
import {journals, newUser, type Result, type Running, type User} from './cli.js'

/** A small system of its own, and a run on it through a relay that can be made sick. */
export interface Stage {
  user: User
  system: SmallSystem
  relay: Relay
  /** The world before anything was broken. */
  before: string
}

/** How a run comes to its end. */
export const moments = ['the run ends', 'Ctrl-C', 'kill -9'] as const
export type Moment = (typeof moments)[number]

/** Whatever ails the proxy, a run, a restore and a watchdog have come to a result by then, on a busy machine too. */
const boundMs = 180_000

const faults = ['latency: {edge: front->a, delay: 50ms}', 'down: {edge: front->c}']

export const openStage = async (kind: 'embedded' | 'real'): Promise<Stage> => {
  const user = newUser()
  const system = await startSystem(kind, user.home)
  return {user, system, relay: await startRelay(system.api.url), before: await system.world()}
}

/** Starts the run, which adds a toxic to `a` and closes `c`. */
export const startRun = ({user, relay}: Stage, moment: Moment): Running => {
  // One that is to be ended by force must not be over before, however late the force comes.
  const faultMs = moment === 'the run ends' ? 4_000 : 90_000
  return user.start(['run', writeScenario(user.home, 'sick', faults, faultMs), '--toxiproxy', relay.url])
}

/** Resolves when both faults are in force. */
export const untilBroken = async ({system}: Stage): Promise<void> => {
  const inForce = async (): Promise<boolean> => {
    const {a, c} = await system.api.proxies()
    return a?.toxics.length === 1 && c?.enabled === false
  }
  // `expect.poll` does not know which of the tests that run side by side it belongs to.
  expect(await until(inForce, 60_000)).toBe(true)
}

/** Ends the run in this way; its result is undefined when it was killed. */
export const endRun = async (moment: Moment, {child, done}: Running): Promise<Result | undefined> => {
  if (moment === 'Ctrl-C') child.kill('SIGINT')
  if (moment === 'kill -9') child.kill('SIGKILL')
  const tooLong = sleep(boundMs, undefined, {ref: false}).then(() => {
    throw new Error(`the run was not over after ${boundMs / 1_000} s`)
  })
  const result = await Promise.race([done, tooLong])
  return moment === 'kill -9' ? undefined : result
}

/** A watchdog keeps trying for a while: nothing of the run is alive when it, too, has come to its end. */
export const untilAllEnded = async ({user}: Stage): Promise<void> => {
  expect(await until(() => processesOf(user.state).length === 0, boundMs, 100)).toBe(true)
}

interface Left {
  toxic?: string
  proxies: string[]
}

/** What is listed as left: the proxies of each change, and its toxic where it has one. */
const leftOver = async ({user}: Stage): Promise<Left[]> => {
  const {code, stdout} = await user.run(['restore', '--dry-run', '--json'])
  expect(code).toBe(0)
  return JSON.parse(stdout).leftovers.flatMap(({changes}: {changes: {inverse: Left}[]}) =>
    changes.map(({inverse}) => inverse),
  )
}

/** What a person at three in the morning needs of each: which toxic, on which proxy, and a command to copy. */
const expectInstructions = ({stdout, stderr}: Result, left: Left[], {relay}: Stage): void => {
  const said = `${stdout}${stderr}`
  expect(said).toMatch(/still broken/i)
  // Reports are wrapped at the width of a terminal.
  const unwrapped = said.replace(/\s+/g, '')
  for (const {toxic, proxies} of left) {
    for (const proxy of proxies) expect(unwrapped).toContain(`${relay.url}/proxies/${proxy}`)
    expect(unwrapped).toContain(toxic ?? '')
  }
  expect(unwrapped).toContain('curl')
}

/** What a run may come to: undone, with nothing kept, or exit 5 with instructions and a journal. Whether it left anything. */
export const expectHonest = async (result: Result, stage: Stage): Promise<boolean> => {
  const said = `${result.stdout}${result.stderr}`
  if (result.code !== 5) {
    expect([0, 1, 3, 4, 130], said).toContain(result.code)
    expect(journals(stage.user), said).toEqual([])
    return false
  }
  // The watchdog goes on where the run gave up: what it undoes in the meantime is no longer listed.
  expectInstructions(result, await leftOver(stage), stage)
  return true
}

/** Undone, or told by `restore` with instructions for as long as it cannot be undone. Whether anything is left. */
export const expectRestoreHonest = async (stage: Stage): Promise<boolean> => {
  const before = await leftOver(stage)
  const inVain = await stage.user.run(['restore'])
  expect([0, 5], `${inVain.stdout}${inVain.stderr}`).toContain(inVain.code)
  if (inVain.code === 0) return false
  const after = (await leftOver(stage)).filter(({toxic}) => before.some((one) => one.toxic === toxic))
  expectInstructions(inVain, after, stage)
  return true
}

/** Once the proxy is well, `restore` leaves nothing, and nothing of us lives on. */
export const expectRestored = async (stage: Stage): Promise<void> => {
  const {code, stdout, stderr} = await stage.user.run(['restore'])
  expect(code, `${stdout}${stderr}`).toBe(0)
  await untilAllEnded(stage)
  expect(journals(stage.user)).toEqual([])
}
