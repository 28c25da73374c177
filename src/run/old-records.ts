import type {LoadStream} from '../scenarios/scenario.js'
import type {RecordHeader} from './record.js'

/** A load as records held it before a load could have several streams. */
interface SingleLoad {
  profile: LoadStream['profile']
  requests: LoadStream['requests']
}

/** Whether a header holds what everything else rests on: a file may say that it is one, and be none. */
export const isWhole = ({plan}: Partial<RecordHeader>): boolean =>
  (plan?.scenario?.load as unknown) !== undefined

/** The header of a record of any age in today's shape: what is read from it need not know how it was once written. */
export const upgraded = (header: RecordHeader): RecordHeader => {
  const {plan} = header
  // What the type promises, an older file need not hold.
  if ((plan.streams as unknown) !== undefined) return header
  const {profile, requests, ...rest} = plan.scenario.load as unknown as SingleLoad & typeof plan.scenario.load
  const load = {...rest, streams: [{name: 'load', profile, requests}]}
  return {
    ...header,
    plan: {...plan, scenario: {...plan.scenario, load}, streams: [{name: 'load', rates: plan.rates}]},
  }
}
