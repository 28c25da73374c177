import type {FailureKind} from '../engine.js'

const ofCode: [RegExp, FailureKind][] = [
  [/^(1050|1211)$/, 'timeout'],
  [/^1212$/, 'refused'],
  [/^(1201|1220)$/, 'reset'],
  [/^110[01]$/, 'dns'],
  [/^13\d\d$/, 'tls'],
]

/** What k6 has no code of its own for, by what Go says. */
const ofError: [RegExp, FailureKind][] = [
  [/too many open files|cannot assign requested address/, 'local'],
  [/timeout|timed out/i, 'timeout'],
  [/connection reset|broken pipe/, 'reset'],
  [/EOF|server closed/, 'closed'],
  [/context canceled/, 'aborted'],
]

/**
 * Why a request got no answer, from k6's error code and error text; undefined when it was answered: k6 gives the codes
 * 1400 to 1599 to answers.
 */
export const failureKindOf = (errorCode: string, error: string): FailureKind | undefined => {
  if (errorCode === '' || /^1[45]\d\d$/.test(errorCode)) return undefined
  const found =
    ofCode.find(([pattern]) => pattern.test(errorCode)) ?? ofError.find(([pattern]) => pattern.test(error))
  return found?.[1] ?? 'other'
}
