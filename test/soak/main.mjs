// Kills runs at random instants and checks that nothing stays broken.
//
//   npm run soak -- --kills 200 [--toxiproxy embedded|real|URL] [--seed 1] [--limit 5]
//
// Every run breaks several things at once. It is killed with SIGKILL, in turn alone and with its whole process group: most
// often at an instant anywhere between its start and its end, sometimes right after a line of its journal, while Ctrl-C is
// being obeyed, or while a proxy is closed for a moment. Every sixth time its watchdog dies with it, and `restore` or the
// next run has to do. Exit code 1 when anything stayed broken, took longer than the limit (seconds), or was left running.
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {runCli} from './cli.mjs'
import {seeded} from './random.mjs'
import {describeFailure, progressLine, summaryOf} from './report.mjs'
import {playRound} from './round.mjs'
import {partsBroken, variants, writeScenario} from './scenarios.mjs'
import {startSystem} from './system.mjs'

const say = (text) => process.stdout.write(`${text}\n`)

const {values} = parseArgs({
  options: {
    kills: {type: 'string', default: '20'},
    toxiproxy: {type: 'string', default: 'embedded'},
    seed: {type: 'string', default: '1'},
    limit: {type: 'string', default: '5'},
  },
})

/** A round's plan from its number and chance: what runs, when it is killed, and what is killed. */
const planRound = (index, random, scenarios) => {
  const {path, runMs} = scenarios[Math.floor(random() * scenarios.length)]
  const kind = random()
  const watchdogToo = index % 6 === 5
  const killed = {scenario: path, group: index % 2 === 1, watchdogToo, byRun: index % 12 === 11}
  // Restoring by hand is worth most where something is in force.
  const line = {line: (watchdogToo ? 3 : 2) + Math.floor(random() * 9), afterMs: random() * 25}
  if (watchdogToo || (kind >= 0.5 && kind < 0.7)) return {...killed, when: line}
  if (kind < 0.5) return {...killed, when: {afterMs: random() * runMs}}
  if (kind < 0.85) return {...killed, when: {line: 3, afterMs: random() * 1_500, stopFirstMs: random() * 150}}
  // Connections are made fresh by closing a proxy for some milliseconds: what opens it again must not be lost.
  const closing = scenarios.find((scenario) => scenario.path.includes('varying'))?.path ?? path
  return {...killed, scenario: closing, when: {closed: true, afterMs: random() * 5}}
}

/** Runs a scenario to its end: how long that takes, and that it does break something and puts it back. */
const rehearse = async ({system, place, before}, path) => {
  const startedMs = performance.now()
  const looks = new Set()
  const looking = setInterval(async () => looks.add(await system.world().catch(() => '')), 100)
  const {code, said} = await runCli(place, ['run', path, '--quiet', '--report', 'json'])
  clearInterval(looking)
  if (![0, 1, 3].includes(code)) throw new Error(`${path} ended with ${code}, unkilled:\n${said}`)
  if ((await system.world()) !== before) throw new Error(`${path} left something, unkilled`)
  const worlds = [...looks].filter(Boolean).map((look) => JSON.parse(look))
  for (const part of partsBroken(path)) {
    const states = new Set(worlds.map((world) => JSON.stringify(world[part])))
    if (states.size < 3) throw new Error(`${path} was seen to change its ${part} too little: ${[...states]}`)
  }
  return {path, runMs: performance.now() - startedMs}
}

const soak = async (kills, random, folder) => {
  const stateDirectory = join(folder, 'state')
  const system = await startSystem(values.toxiproxy, folder)
  process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143))
  try {
    const nextRun = writeScenario(folder, 'next', ['latency: {edge: front->a, delay: 50ms}'], 300)
    const before = await system.world()
    // Everything must be back this soon after a kill.
    const limitMs = 1_000 * Number(values.limit)
    const context = {system, before, stateDirectory, place: {folder, stateDirectory}, nextRun, limitMs}
    const scenarios = []
    for (const name of variants) scenarios.push(await rehearse(context, writeScenario(folder, name)))
    const lengths = scenarios.map(({runMs}) => `${(runMs / 1_000).toFixed(1)} s`).join(', ')
    say(`left alone, the runs last ${lengths}; ${kills} are killed`)
    const rounds = []
    for (let index = 0; index < kills; index++) {
      const plan = planRound(index, random, scenarios)
      const round = await playRound(context, plan)
      rounds.push({plan, ...round})
      say(progressLine(index, plan, round))
      if (round.wrong.length > 0) {
        say(describeFailure(plan, round))
        await runCli(context.place, ['restore'])
      }
      rmSync(join(folder, '.shakedown'), {recursive: true, force: true})
      // A world that stayed broken would be blamed on every later round too.
      if ((await system.world().catch(() => '')) !== before) break
    }
    return rounds
  } finally {
    await system.stop()
  }
}

const folder = mkdtempSync(join(tmpdir(), 'shakedown-soak-'))
const kills = Number(values.kills)
const rounds = await soak(kills, seeded(Number(values.seed)), folder)
say(summaryOf(rounds, {...values, kills}))
const failed = rounds.length < kills || rounds.some(({wrong}) => wrong.length > 0)
if (!failed) rmSync(folder, {recursive: true, force: true})
process.exitCode = failed ? 1 : 0
