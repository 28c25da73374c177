import {EnvironmentError, UserError} from '../../errors.js'
import type {Target} from '../../scenarios/target.js'
import type {Pressure, Replica} from '../../targets/workloads.js'
import type {Aimed, Evidence, World} from '../fault.js'
import {hitInTurn} from './in-turn.js'
import {type Look, lookAtEach} from './look.js'
import type {ProcessOptions} from './process-options.js'
import {
  forAll,
  hittable,
  ifSame,
  isSame,
  noteVictims,
  readyLimitMs,
  replicasNamed,
  type Victims,
} from './victims.js'

/** Who puts the pressure on, on whom, and what they were like before. */
export interface PressureInverse extends Victims {
  [key: string]: Record<string, number> | string
  /** Carries the run's id: two runs do not release each other's. */
  holder: string
  /** What is compared with later: resident bytes, or milliseconds of a probe. */
  before: Record<string, number>
}

/** What is asked of one process at a strength. */
type PressureAt<Options> = (options: Options, level: number) => Pressure

/** Notes victims and what they are like before. Throws UserError when the options do not fit the time they have. */
export const preparePressure = async (
  {id, aim, options, levels}: Aimed<ProcessOptions>,
  world: World,
  measure: (replica: Replica) => Promise<number>,
): Promise<PressureInverse> => {
  if (options.order === 'one-by-one' && levels && levels.length > 1)
    throw new UserError('an envelope shapes all victims together, so it does not go with one-by-one', {
      hint: 'Leave out `order`, or the envelope.',
    })
  const victims = await noteVictims(aim.replicas, world)
  const replicas = (await replicasNamed(aim.replicas, world)).filter((replica) => isSame(replica, victims))
  const before: Record<string, number> = {}
  for (const replica of replicas) before[replica.name] = await measure(replica)
  return {...victims, holder: `${world.runId}_${id}`, before}
}

const press = async (name: string, inverse: PressureInverse, world: World, pressure: Pressure) =>
  await ifSame(name, inverse, world, (pid) => world.workloads().press(name, inverse.holder, pressure, pid))

/** Puts the pressure on, in the victims' turn, at the strength that the fault begins with. */
export const injectPressure = async <Options extends ProcessOptions>(
  {id, options, levels, startMs, endMs}: Aimed<Options>,
  inverse: PressureInverse,
  world: World,
  at: PressureAt<Options>,
): Promise<void> => {
  const pressure = at(options, levels?.[0]?.level ?? 1)
  await hitInTurn(
    {
      id,
      order: options.order,
      every: options.every,
      lastsMs: endMs - startMs,
      victims: hittable(inverse),
      hit: (name) => press(name, inverse, world, pressure),
      isBack: async () => false,
    },
    world,
  )
}

/** Another strength for all victims. */
export const adjustPressure = async (
  inverse: PressureInverse,
  pressure: Pressure,
  world: World,
): Promise<void> => await forAll(hittable(inverse), (name) => press(name, inverse, world, pressure))

/** Looks at each victim that is still the process that was hit. */
export const lookUnderPressure = async (
  inverse: PressureInverse,
  world: World,
  look: (replica: Replica) => Promise<Look>,
): Promise<Evidence> =>
  await lookAtEach(inverse, world, async (replica) => {
    if (isSame(replica, inverse)) return await look(replica)
    const now = replica.pid === 0 ? 'has ended' : `was started again as ${replica.pid}, under no pressure`
    return {bit: 'no', says: `process ${inverse.pids[replica.name]} ${now}`}
  })

/** Takes the pressure off and reads back that it is; one that was started again meanwhile is under none. */
export const releasePressure = async (inverse: PressureInverse, world: World): Promise<void> => {
  const workloads = world.workloads()
  await forAll(hittable(inverse), async (name) => {
    await workloads.release(name, inverse.holder)
    const {holders} = await workloads.pressure(name)
    if (holders.includes(inverse.holder)) throw new EnvironmentError(`${name} is still under pressure`)
  })
}

/** The same, and waits until all are ready again. */
export const undoPressure = async (inverse: PressureInverse, world: World): Promise<void> => {
  await releasePressure(inverse, world)
  await forAll(hittable(inverse), (name) => world.workloads().untilReady(name, readyLimitMs))
}

/** What releases it at a shell. */
export const pressureRemedy = (inverse: PressureInverse, target: Target): string =>
  hittable(inverse)
    .map((name) => `curl -X DELETE ${target.control?.url ?? ''}/replicas/${name}/pressure/${inverse.holder}`)
    .join('; ')
