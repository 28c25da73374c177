import {hanging} from '../reporters/layout.js'

/** A load engine as a user has to know it. */
export interface EngineInWords {
  name: string
  summary: string
  loop: 'open' | 'closed'
  /** Features by name, with what each lets a scenario do: words that follow "can" or "cannot". */
  can: Record<string, string>
  cannot: Record<string, string>
  /** What must be there to use it. */
  needs?: string
  /** What stands under `load:` in a scenario. */
  example?: string
}

const loops = {
  open: 'open loop: sends at planned times, however slowly the target answers; takes profiles of rates',
  closed:
    'closed loop: sends when an answer has come, so a target that slows down slows it down; takes profile connections',
}

/** All engines, one paragraph each. */
export const engineList = (engines: readonly EngineInWords[], width: number): string => {
  const widest = Math.max(...engines.map(({name}) => name.length))
  const lines = engines.flatMap(({name, summary, needs}) =>
    hanging(
      `  ${name.padEnd(widest)}  `,
      needs === undefined ? summary : `${summary} Needs ${needs}.`,
      width,
    ),
  )
  return [
    ...lines,
    '',
    'What one can do, with an example: shakedown engines NAME',
    "Somebody else's engine is named by its package or path: engine: ./my-engine.js",
  ].join('\n')
}

const section = (title: string, words: Record<string, string>, width: number): string[] =>
  Object.keys(words).length === 0
    ? []
    : ['', title, ...Object.values(words).flatMap((one) => hanging('  - ', one, width))]

/** One engine: how it sends, what it can and cannot do, what it needs, and an example. */
export const engineInFull = (engine: EngineInWords, width: number): string => {
  const {name, summary, loop, can, cannot, needs, example} = engine
  return [
    ...hanging(`${name}: `, summary, width),
    '',
    ...hanging('Loop   ', loops[loop], width),
    ...hanging('Needs  ', needs ?? 'nothing else: it comes with Shakedown', width),
    ...section('It can', can, width),
    ...section('It cannot', cannot, width),
    ...(example === undefined ? [] : ['', 'load:', ...example.split('\n').map((line) => `  ${line}`)]),
  ].join('\n')
}
