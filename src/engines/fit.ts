import {UserError} from '../errors.js'
import type {Load, LoadStream} from '../scenarios/scenario.js'
import type {Engine, LoadFeature} from './engine.js'

/** Something that a load asks for and its engine cannot do. */
export interface Misfit {
  /** Where it stands in the scenario file. */
  path: (string | number)[]
  message: string
}

/** What each feature lets a scenario do, in words that follow "cannot". */
export const featuresInWords = {
  requests: 'send requests of the scenario',
  flows: 'send flows of several steps',
  streams: 'send several streams side by side',
  poisson: 'send at random times (poisson)',
  script: 'run a script of its own',
  breakpoint: 'rise until an objective is missed (breakpoint)',
  replay: 'replay a log',
  threads: 'send from several threads',
  http2: 'speak HTTP/2',
  tls: 'use certificates of the scenario (tls)',
  expect: 'check the status of answers (expect)',
  cluster: 'make its load in a cluster (on: kubernetes)',
} satisfies Record<LoadFeature, string>

/** Which of our engines can do what one of them cannot. */
const whoCan = (feature: LoadFeature): string =>
  feature === 'script' || feature === 'cluster' ? 'k6' : 'pacer'

interface Asked extends Misfit {
  feature: LoadFeature
}

const asked = (feature: LoadFeature, path: Misfit['path']): Asked => ({feature, path, message: ''})

const askedOfStream = (stream: LoadStream, at: Misfit['path']): Asked[] => {
  const {requests, flows = [], poisson, replay, profile} = stream
  const steps = flows.flatMap((flow) => flow.steps)
  const all = [...requests, ...steps.flatMap((step) => (step.kind === 'request' ? [step.request] : []))]
  const key = requests.length > 0 ? 'requests' : 'flows'
  return [
    ...(requests.length > 0 ? [asked('requests', [...at, 'requests'])] : []),
    ...(flows.length > 0 ? [asked('flows', [...at, 'flows'])] : []),
    ...(poisson ? [asked('poisson', [...at, 'poisson'])] : []),
    ...(replay ? [asked('replay', [...at, 'replay'])] : []),
    ...(profile.kind === 'breakpoint' ? [asked('breakpoint', [...at, 'profile'])] : []),
    ...(all.some(({expect}) => expect !== undefined) ? [asked('expect', [...at, key])] : []),
  ]
}

/** The place of each stream: one alone is written without a list. */
const placesOf = ({streams}: Load): [LoadStream, Misfit['path']][] =>
  streams.map((stream, index) => [stream, streams.length === 1 ? ['load'] : ['load', 'streams', index]])

const askedBy = (load: Load): Asked[] => {
  const {streams, connection, threads, script, on} = load
  return [
    ...(on ? [asked('cluster', ['load', 'on'])] : []),
    ...(script ? [asked('script', ['load', 'script'])] : []),
    ...(streams.length > 1 ? [asked('streams', ['load'])] : []),
    ...placesOf(load).flatMap(([stream, at]) => askedOfStream(stream, at)),
    ...(threads !== undefined && threads > 1 ? [asked('threads', ['load', 'threads'])] : []),
    ...(connection?.http === 2 ? [asked('http2', ['load', 'connection'])] : []),
    ...(connection?.tls ? [asked('tls', ['load', 'connection'])] : []),
  ]
}

const closedLoopHelp = 'write `profile: {connections: 50}`, or use `engine: pacer` to keep a rate'

/** An engine of one kind of loop cannot make the other's load: its numbers would answer another question. */
const wrongLoop = (name: string, {loop}: Engine, load: Load): Misfit[] =>
  placesOf(load).flatMap(([{profile, replay}, at]) => {
    const path = [...at, replay ? 'replay' : 'profile']
    const isClosed = profile.kind === 'connections'
    if (loop === 'closed' && !isClosed) {
      const why =
        'sends its next request when the last one was answered (closed loop), so it keeps to no rate'
      return [{path, message: `${name} ${why}: ${closedLoopHelp}`}]
    }
    if (loop === 'open' && isClosed) {
      const why = 'sends at planned times (open loop), whatever its connections carry'
      return [{path, message: `${name} ${why}: give it a rate, or use \`engine: autocannon\``}]
    }
    return []
  })

/** All that a load asks for and this engine cannot do; nothing when they fit. */
export const misfitsOf = (name: string, engine: Engine, load: Load): Misfit[] => {
  const lacking = askedBy(load).filter(({feature}) => !engine.can.includes(feature))
  return [
    ...lacking.map(({feature, path}) => ({
      path,
      message: `${name} cannot ${featuresInWords[feature]}: \`engine: ${whoCan(feature)}\` can`,
    })),
    ...wrongLoop(name, engine, load),
  ]
}

const placeOf = (path: Misfit['path']): string =>
  path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? key : `${text}.${key}`
  }, '')

/** Throws one UserError with everything that a load asks for and this engine cannot do. */
export const checkFit = (name: string, engine: Engine, load: Load): void => {
  const misfits = misfitsOf(name, engine, load)
  if (misfits.length === 0) return
  const lines = misfits.map(({path, message}) => `${placeOf(path)}: ${message}`)
  throw new UserError([`The engine ${name} cannot make this load`, ...lines].join('\n  '), {
    hint: '`shakedown engines` lists the engines and what each can do.',
  })
}
