import {describe, expect, it} from 'vitest'
import type {Ailment} from '../fakes/toxiproxy-relay.js'
import {journals, type Result} from './cli.js'
import {
  endRun,
  expectHonest,
  expectRestored,
  expectRestoreHonest,
  type Moment,
  openStage,
  type Stage,
  startRun,
  untilAllEnded,
  untilBroken,
} from './sick-stage.js'

/** How a proxy API falls ill, and what must come of it. */
interface Sickness {
  fallIll(stage: Stage): Promise<void> | void
  getWell(stage: Stage): Promise<void> | void
  /** It gets well by itself, or the change lands all the same: nothing may be left, and no help is needed. */
  undone: boolean
  /** The server forgets all its proxies. */
  empty?: boolean
}

const ailing = (ailment: Ailment, undone: boolean): Sickness => ({
  fallIll: ({relay}) => {
    relay.ailment = ailment
  },
  getWell: ({relay}) => {
    relay.ailment = undefined
  },
  undone,
})

/** Those that take longest come first: they run side by side, and none shall begin when the others are done. */
const sicknesses = {
  'hangs for good': {
    fallIll: ({system}) => void system.toxiproxy.signal('SIGSTOP'),
    getWell: ({system}) => void system.toxiproxy.signal('SIGCONT'),
    undone: false,
  },
  'swallows every reply': ailing({swallow: true}, false),
  'dies for good': {
    fallIll: ({system}) => system.toxiproxy.kill(),
    getWell: ({system}) => system.toxiproxy.start(),
    undone: false,
    empty: true,
  },
  'answers 500 to every DELETE': ailing({method: 'DELETE', answer: 500}, false),
  'answers everything 2 s late': ailing({passAfterMs: 2_000}, true),
  'hangs for 4 s': {
    fallIll: ({system}) => {
      system.toxiproxy.signal('SIGSTOP')
      setTimeout(() => system.toxiproxy.signal('SIGCONT'), 4_000)
    },
    getWell: () => {},
    undone: true,
  },
  'dies and comes back empty': {
    fallIll: async ({system}) => {
      await system.toxiproxy.kill()
      await system.toxiproxy.start()
    },
    getWell: () => {},
    undone: true,
    empty: true,
  },
  'answers 503 to every DELETE, which lands 1 s later': ailing(
    {method: 'DELETE', answer: 503, passAfterMs: 1_000},
    true,
  ),
} satisfies Record<string, Sickness>

export type SicknessName = keyof typeof sicknesses
export const sicknessNames = Object.keys(sicknesses) as SicknessName[]

/** Whether anything is left that could not be undone. Where nothing may be, nobody helps. */
const leaves = async ({undone}: Sickness, result: Result | undefined, stage: Stage): Promise<boolean> => {
  if (!undone) return result ? await expectHonest(result, stage) : await expectRestoreHonest(stage)
  if (result) expect(await expectHonest(result, stage)).toBe(false)
  await untilAllEnded(stage)
  expect(journals(stage.user)).toEqual([])
  return false
}

const suffer = async (sickness: Sickness, moment: Moment, stage: Stage): Promise<void> => {
  const running = startRun(stage, moment)
  await untilBroken(stage)
  await sickness.fallIll(stage)
  const result = await endRun(moment, running)
  const left = await leaves(sickness, result, stage)
  await sickness.getWell(stage)
  if (left) await expectRestored(stage)
  // One that forgot everything has no faults; it may be left so, or be given back what it had.
  const proxies = await stage.system.api.proxies()
  if (sickness.empty && Object.keys(proxies).length === 0) return
  expect(await stage.system.world()).toBe(stage.before)
}

/** Every cell in a world of its own: what was broken is undone, or named with what to do, in bounded time. */
export const sickProxySuite = (kind: 'embedded' | 'real', cells: [SicknessName, Moment][]): void => {
  describe.concurrent(`a proxy API (${kind}) that falls ill while faults are in force`, () => {
    it.each(cells)('%s; %s', {timeout: 600_000}, async (name, moment) => {
      const stage = await openStage(kind)
      try {
        await suffer(sicknesses[name], moment, stage)
      } finally {
        stage.relay.stop()
        await stage.system.stop()
      }
    })
  })
}
