import type {Json} from '../system/json.js'
import {type Check, entries, error, type Finding, field, text} from './findings.js'
import {isRecord} from './shapes.js'
import {leadingValue, templateProblems, textsIn} from './template-text.js'
import type {Path} from './yaml-file.js'

/** A request or a step as written, and the values that steps before it take from answers. */
interface Placed {
  path: Path
  written: Record<string, unknown>
  values: string[]
}

const records = (value: unknown, path: Path): Placed[] =>
  entries(value).flatMap(([index, written]) =>
    isRecord(written) ? [{path: [...path, index], written, values: []}] : [],
  )

const stepsOf = (flow: Placed): Placed[] => {
  const values: string[] = []
  return records(flow.written['steps'], [...flow.path, 'steps']).map((step) => {
    const known = [...values]
    const {extract} = step.written
    values.push(...Object.keys(isRecord(extract) ? extract : {}))
    return {...step, values: known}
  })
}

interface Sent {
  requests: Placed[]
  flows: Placed[]
  steps: Placed[]
}

/** Everything that is sent, of the load itself and of its streams. */
const sentBy = (file: Record<string, unknown>): Sent => {
  const streams = records(field(file, 'load', 'streams'), ['load', 'streams'])
  const holders = [{path: ['load'], written: field(file, 'load')}, ...streams]
  const all = (key: string): Placed[] =>
    holders.flatMap(({path, written}) => records(field(written, key), [...path, key]))
  const flows = all('flows')
  return {requests: all('requests'), flows, steps: flows.flatMap(stepsOf)}
}

const nameTwice = (placed: readonly Placed[], what: string): Finding[] => {
  const seen = new Set<string>()
  return placed.flatMap(({path, written}) => {
    const name = text(written['name'])
    if (name === undefined || !seen.has(name)) {
      if (name !== undefined) seen.add(name)
      return []
    }
    return [error([...path, 'name'], `the name "${name}" is taken by an earlier ${what}`)]
  })
}

/** Steps are counted beside requests, by name: so two of one name would be counted as one. */
export const namesDiffer: Check = (file) => {
  const {requests, flows, steps} = sentBy(file)
  // Those of the load's own requests are told by another check.
  const own = (one: Placed): boolean => one.path[1] === 'requests'
  const told = requests.filter(own).length
  const together = nameTwice(
    [...requests.filter(own), ...requests.filter((one) => !own(one)), ...steps],
    'request or step',
  )
  return [...together.filter(({path}) => path[1] !== 'requests' || told === 0), ...nameTwice(flows, 'flow')]
}

/** The scenario's own lists; of a file that could not be read nothing is known. */
const listsOf = (file: Record<string, unknown>): Record<string, Json[]> => {
  const data = field(file, 'load', 'data')
  return Object.fromEntries(
    Object.entries(isRecord(data) ? data : {}).flatMap(([name, list]) =>
      Array.isArray(list) ? [[name, list]] : [],
    ),
  )
}

const verbs = ['get', 'post', 'put', 'patch', 'delete', 'head']

/** The places of a request that hold templates. */
const texts = ({path, written}: Placed): {path: Path; texts: string[]}[] => {
  const {headers, body} = written
  const file = written['body-file']
  const fromFile = file instanceof Uint8Array ? [new TextDecoder().decode(file)] : []
  return [
    ...verbs.map((verb) => ({path: [...path, verb], texts: textsIn(written[verb])})),
    ...Object.entries(isRecord(headers) ? headers : {}).map(([name, value]) => ({
      path: [...path, 'headers', name],
      texts: textsIn(value),
    })),
    {path: [...path, 'body'], texts: textsIn(body)},
    {path: [...path, 'body-file'], texts: fromFile},
  ]
}

/** Only a value of the flow, which a server has given, may stand where a path begins. */
const pathsBegin = ({path, written, values}: Placed): Finding[] =>
  verbs.flatMap((verb) => {
    const way = text(written[verb])
    if (!way?.startsWith('{{') || leadingValue(way, {lists: {}, values})) return []
    return [
      error([...path, verb], 'expected a path that starts with "/", or with a value of an earlier step'),
    ]
  })

/** A mistake in a template would be sent a thousand times a second. The target's lists are not known yet. */
export const templatesFit: Check = (file) => {
  const lists = listsOf(file)
  const {requests, steps} = sentBy(file)
  return [...requests, ...steps].flatMap((placed) => [
    ...pathsBegin(placed),
    ...texts(placed).flatMap((place) =>
      place.texts
        .flatMap((source) => templateProblems(source, {lists, open: true, values: placed.values}))
        .map((problem) => error(place.path, problem)),
    ),
  ])
}

/** A request sends one body; a load is made of a profile and what it sends, or of a log. */
export const loadIsWhole: Check = (file) => {
  const {requests, steps} = sentBy(file)
  const bodies = [...requests, ...steps].flatMap(({path, written}) =>
    written['body'] !== undefined && written['body-file'] !== undefined
      ? [error([...path, 'body-file'], 'takes only one of "body", "body-file"')]
      : [],
  )
  const load = field(file, 'load')
  return isRecord(load) ? [...bodies, ...mixProblems(load), ...placeProblems(load)] : bodies
}

/** How a load is made in a cluster says nothing of one that is made here. */
const placeProblems = (load: Record<string, unknown>): Finding[] =>
  load['kubernetes'] === undefined || load['on'] !== undefined || load['engine'] === 'k6-operator'
    ? []
    : [error(['load', 'kubernetes'], 'this load is not made in a cluster: add `on: kubernetes`')]

/** Each stream is a load of its own; what stands beside them would belong to none. */
const streamProblems = (load: Record<string, unknown>): Finding[] => {
  const beside = ['profile', 'poisson', 'requests', 'flows']
    .filter((key) => load[key] !== undefined)
    .map((key) => error(['load', key], 'stands beside "streams": put it into one of them'))
  const streams = records(load['streams'], ['load', 'streams'])
  const lacking = streams.flatMap(({path, written}) => [
    ...(written['profile'] === undefined
      ? [error([...path, 'profile'], 'missing: expected a profile such as {constant: 100/s}')]
      : []),
    ...(written['requests'] === undefined && written['flows'] === undefined
      ? [error([...path, 'requests'], 'missing: expected "requests" or "flows"')]
      : []),
  ])
  return [...beside, ...lacking, ...nameTwice(streams, 'stream')]
}

/** A script says what is sent, but not when. */
const scriptProblems = (load: Record<string, unknown>): Finding[] => {
  const streams = records(load['streams'], ['load', 'streams'])
  const holders = [{path: ['load'], written: load}, ...streams]
  const beside = holders.flatMap(({path, written}) =>
    ['requests', 'flows', 'poisson']
      .filter((key) => written[key] !== undefined)
      .map((key) => error([...path, key], 'stands beside "script", which says itself what is sent')),
  )
  const timed = streams.length > 0 ? streams : [{path: ['load'], written: load}]
  const lacking = timed
    .filter(({written}) => written['profile'] === undefined)
    .map(({path}) =>
      error(
        [...path, 'profile'],
        'missing: expected a profile such as {constant: 100/s}, iterations per second',
      ),
    )
  const both = streams.length > 0 && load['profile'] !== undefined
  const mixed = both ? [error(['load', 'profile'], 'stands beside "streams": put it into one of them')] : []
  return [...beside, ...mixed, ...lacking, ...nameTwice(streams, 'stream')]
}

const mixProblems = (load: Record<string, unknown>): Finding[] => {
  const given = (key: string): boolean => load[key] !== undefined
  const parts = ['profile', 'requests', 'flows', 'streams', 'script']
  if (given('replay')) {
    return parts
      .filter(given)
      .map((key) => error(['load', key], 'stands beside "replay", which says itself what is sent and when'))
  }
  if (given('script')) return scriptProblems(load)
  if (given('streams')) return streamProblems(load)
  return [
    ...(given('profile')
      ? []
      : [
          error(
            ['load', 'profile'],
            'missing: expected a profile such as {constant: 100/s}, or "replay" in its place',
          ),
        ]),
    ...(given('requests') || given('flows')
      ? []
      : [
          error(
            ['load', 'requests'],
            'missing: expected "requests" or "flows", or "replay" in place of both',
          ),
        ]),
  ]
}
