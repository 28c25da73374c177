import type {ProgramEnd} from '../../clients/child-process.js'
import {EnvironmentError, UserError} from '../../errors.js'
import type {K6Log} from './log.js'

/** k6's exit codes that mean the load went to its end: thresholds that were crossed are told apart. */
const done = [0, 99, 110]

const meanings: Record<number, string> = {
  97: 'its cloud run failed',
  98: 'it lost sight of its cloud run',
  100: 'the script\'s "setup" took too long',
  101: 'the script\'s "teardown" took too long',
  102: 'it took too long',
  103: 'somebody stopped it over its REST API',
  105: 'somebody stopped it with a signal',
  106: 'it could not open its REST API',
  109: 'it crashed',
}

/** What k6 says of a script under its exit code for everything. */
const ofScript = /^could not initialize|^Uncaught \(in promise\)/

/** The first thing that went wrong, without the stack below it. */
const firstLine = (text: string | undefined): string =>
  (text?.split('\n\tat ')[0] ?? '')
    .replace(/^could not initialize '[^']*': (could not load JS test '[^']*': )?/, '')
    .trim()

/** Lines of the stack that stand in a file of the user's. */
const placeIn = (text: string | undefined): string => {
  const place = /file:\/\/(\S+?:\d+:\d+)/.exec(text ?? '')?.[1]
  return place === undefined ? '' : ` (${place})`
}

/** What the end of k6 means for the run: nothing, or an error. `path` is the user's script, if there is one. */
export const failureOf = (
  {code, signal}: ProgramEnd,
  {errors, exceptions}: K6Log,
  path?: string,
): Error | undefined => {
  if (code !== null && done.includes(code)) return undefined
  const said = errors.find((error) => error !== '') ?? exceptions.first
  const why = firstLine(said)
  const inScript = code === 107 || (code === 255 && ofScript.test(said ?? ''))
  const script = path === undefined ? 'its script' : `the script ${path}`
  if (inScript)
    return new UserError(`k6 cannot run ${script}: ${why || 'it throws'}${placeIn(said)}`, {
      hint: hintFor(why),
    })
  if (code === 108) return new UserError(`k6 stopped because ${script} called test.abort(): ${why}`)
  if (code === 104) return new UserError(`k6 refuses the options of ${script}: ${why}`)
  if (code === null || code === 137)
    return new EnvironmentError(`k6 was killed by ${signal ?? 'SIGKILL'} while the load ran`, {
      hint: 'When memory ran out: fewer virtual users (lower load.timeout or load.max-in-flight), or another machine.',
    })
  const meaning = meanings[code] ?? `it ended with exit code ${code}`
  return new EnvironmentError(`k6 broke off: ${meaning}${why ? `: ${why}` : ''}`)
}

const hintFor = (why: string): string =>
  /k6\/x\/|extension|unknown module/i.test(why)
    ? 'Shakedown does not let k6 look for extensions: build a k6 that holds them (xk6 build), and name it with K6_PATH.'
    : 'Try it alone: k6 run --vus 1 --iterations 1 SCRIPT'
