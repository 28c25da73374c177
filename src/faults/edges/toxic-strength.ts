import type {Toxic, ToxiproxyClient} from '../../clients/toxiproxy.js'
import type {EdgeOptions, ToxicFault} from './toxic-fault.js'

/** The options of the same fault at a strength from 0 (hits no connection) to 1 (as asked). */
export const atLevel = <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  options: Options,
  level: number,
): Options => {
  if (level >= 1) return options
  if (level <= 0) return {...options, toxicity: 0}
  return toxic.weaker?.(options, level) ?? {...options, toxicity: options.toxicity * level}
}

/** The toxic as the server is given it. */
export const toxicBody = <Options extends EdgeOptions>(
  toxic: ToxicFault<Options>,
  name: string,
  options: Options,
): Toxic => ({
  name,
  type: toxic.type,
  stream: options.direction,
  toxicity: options.toxicity,
  attributes: toxic.attributes(options),
})

/** The server keeps toxicity as a 32-bit float. */
const same = (one: Toxic, other: Toxic): boolean =>
  Math.fround(one.toxicity) === Math.fround(other.toxicity) &&
  Object.entries(other.attributes).every(([name, value]) => one.attributes[name] === value)

/**
 * Brings the toxic of one proxy to what it should be.
 *
 * A PATCH rolls the dice of every connection again, so it is sent only when something differs, and not for a toxic that
 * drops data: a connection that it let go would carry on with a hole in its stream, and an answer could be taken for
 * that to another request. Such a toxic is taken out, which closes what it held, and put in again.
 */
export const setToxic = async (
  client: ToxiproxyClient,
  proxy: string,
  wanted: Toxic,
  {dropsData = false}: {dropsData?: boolean},
): Promise<void> => {
  const state = await client.proxy(proxy)
  if (!state) return
  const present = state.toxics.find(({name}) => name === wanted.name)
  if (present && same(present, wanted)) return
  if (!dropsData) {
    // One that somebody took out is not put back here: the next look at the fault reports it.
    await client.updateToxic(proxy, wanted)
    return
  }
  if (present) await client.removeToxic(proxy, wanted.name)
  if (wanted.toxicity > 0) await client.addToxic(proxy, wanted)
}
