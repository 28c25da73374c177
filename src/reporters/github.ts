import {isMap, isSeq, LineCounter, parseDocument} from 'yaml'
import type {Outcome} from '../exit-codes.js'
import {clip, plain} from './layout.js'
import type {Report, Reporter} from './reporter.js'

/** Annotations of GitHub Actions: workflow commands, one a line, at the objectives of the scenario file. */
const github: Reporter = {
  summary: 'For GitHub Actions: annotations at the objectives; run also adds a summary to the step.',
  extension: 'github.txt',
  render: (report) => annotationsOf(report).map(commandOf).join(''),
}
export default github

type Level = 'error' | 'warning' | 'notice'

interface Annotation {
  level: Level
  file: string
  line: number
  title: string
  message: string
}

/** GitHub shows ten annotations of each level and step; what is more would be dropped without a word. */
const mostOfLevel = 10
/** Longer messages are cut off on its page. */
const mostOfMessage = 3_500

const levels: Record<Outcome, Level> = {
  pass: 'notice',
  fail: 'error',
  inconclusive: 'warning',
  invalid: 'warning',
  error: 'error',
  residual: 'error',
  interrupted: 'warning',
}

/** The verdict first, at the top of the file, then what is behind it. */
const annotationsOf = (report: Report): Annotation[] => {
  const {verdict, record} = report
  const {source, plan} = record.header
  const lineOf = objectiveLines(source.text)
  const at = (line: number): {file: string; line: number} => ({file: plain(source.path), line})
  const whole: Annotation = {
    level: levels[verdict.outcome],
    ...at(1),
    title: `${plan.scenario.name}: ${verdict.outcome}`,
    message: [verdict.summary, ...verdict.advice].join('\n'),
  }
  const missed = verdict.objectives
    .filter(({outcome}) => outcome !== 'pass')
    .map(
      ({name, phase, outcome, message}): Annotation => ({
        level: outcome === 'fail' && verdict.outcome !== 'invalid' ? 'error' : 'warning',
        ...at(lineOf(name)),
        title: `${outcome}: ${name} (${phase})`,
        message,
      }),
    )
  const failed = verdict.validity
    .filter(({ok}) => !ok)
    .map(
      ({name, message}): Annotation => ({level: 'warning', ...at(1), title: `not valid: ${name}`, message}),
    )
  return capped([whole, ...missed, ...failed])
}

/** Of each level as many as are shown; the last of them says how many are not. */
const capped = (all: readonly Annotation[]): Annotation[] =>
  (['error', 'warning', 'notice'] as const).flatMap((level) => {
    const own = all.filter((annotation) => annotation.level === level)
    const last = own[mostOfLevel - 1]
    if (own.length <= mostOfLevel || !last) return own
    const more = own.length - mostOfLevel + 1
    return [
      ...own.slice(0, mostOfLevel - 1),
      {...last, title: `${more} more`, message: 'The step summary and the other reports tell them all.'},
    ]
  })

/** The line on which an objective begins in the scenario as it was read; 1 for one that another file brought in. */
const objectiveLines = (text: string): ((name: string) => number) => {
  const lineCounter = new LineCounter()
  const lines = new Map<unknown, number>()
  const objectives = parseDocument(text, {lineCounter, logLevel: 'silent'}).get('objectives')
  for (const item of isSeq(objectives) ? objectives.items : []) {
    if (isMap(item) && item.range) lines.set(item.get('name'), lineCounter.linePos(item.range[0]).line)
  }
  return (name) => lines.get(name) ?? 1
}

/** What would end a message, or be taken for the end of it. */
const data = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** In properties, what separates them is escaped as well. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

const commandOf = ({level, file, line, title, message}: Annotation): string => {
  const told = message.split('\n').map(plain).join('\n')
  return `::${level} file=${property(file)},line=${line},title=${property(clip(plain(title), 200))}::${data(clip(told, mostOfMessage))}\n`
}
