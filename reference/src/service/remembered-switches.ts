import type {ServiceConfig, Switches} from '../contract.js'
import {switchDefaults} from '../policies/switches.js'
import type {Log} from './log.js'

const limitMs = 1000

const isSwitches = (value: unknown): value is Switches =>
  typeof value === 'object' && value !== null && Object.keys(value).every((name) => name in switchDefaults)

/**
 * What this service's switches were set to before this process started, asked of the control API. Nothing when that
 * does not answer within a second: a shop must open without its experimenters.
 */
export const rememberedSwitches = async (
  {service, controlUrl}: Pick<ServiceConfig, 'service' | 'controlUrl'>,
  log: Log,
): Promise<Switches> => {
  if (controlUrl === undefined) return {}
  try {
    const answer = await fetch(`${controlUrl}/remembered/${service}`, {signal: AbortSignal.timeout(limitMs)})
    const switches: unknown = await answer.json()
    if (answer.ok && isSwitches(switches)) return switches
    throw new Error(`status ${answer.status}`)
  } catch (cause) {
    log.warn('no switches from the control API, so all protections are on', {
      controlUrl,
      error: String(cause),
    })
    return {}
  }
}
