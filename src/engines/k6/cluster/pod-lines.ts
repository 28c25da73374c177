import {EnvironmentError} from '../../../errors.js'
import type {Json} from '../../../system/json.js'
import {failureKindOf} from '../failure.js'
import type {K6Log} from '../log.js'
import type {Sample} from '../samples.js'

/** What a pod of a load has told by its log, as far as it was read. */
export interface PodLines {
  /** Takes the next piece of the log; after a break it may begin anywhere before what was read. */
  read(text: string): void
  /** The connection broke: what is next begins a line. */
  broke(): void
  /** k6 has ended, and all that it told is here. */
  readonly isComplete: boolean
  /** The pod's own exit code, once it is told. */
  readonly code: number | undefined
  /** What k6 said at its end, if it did. */
  readonly summary: Json | undefined
  /** Lines of nobody: what the shell complains about. */
  readonly complaints: readonly string[]
}

interface Hearers {
  /** Names the pod in errors. */
  pod: string
  tell(sample: Sample): void
  /** Told about once a second: seconds of CPU that k6 has used since its start. */
  cpu(seconds: number): void
  log: K6Log
}

/** Of the kernel: hundredths of a second, everywhere. */
const ticksPerSecond = 100
const mostComplaints = 5
const longestComplaint = 500

const sampleOf = ([kind, scenario = '', ...rest]: string[]): Sample | undefined => {
  const [first = '', second = '', third = '', status = '', code = '', name = '', error = ''] = rest
  const n = Number(first)
  switch (kind) {
    case 'a':
      return {kind: 'started', scenario, n, atMs: Number(second), name: third}
    case 'd':
      return {kind: 'dropped', scenario, count: n}
    case 's':
      return {kind: 'skipped', scenario, n}
    case 'f':
      return {kind: 'finished', scenario, n, atMs: Number(second)}
    case 'r': {
      const failure = failureKindOf(code, error)
      const ending = failure === undefined ? {status: Number(status)} : {failure}
      return {kind: 'request', scenario, n, endMs: Number(second), tookMs: Number(third), name, ending}
    }
    default:
      return undefined
  }
}

/** What is next of numbered lines: a line that came before is passed over, one that is missing is an error. */
const inTurn = (pod: string): ((number: number) => boolean) => {
  let last = 0
  return (number) => {
    if (number <= last) return false
    if (number > last + 1)
      throw new EnvironmentError(
        `${number - last - 1} lines of the log of pod ${pod} are lost, and with them what became of its requests`,
        {
          hint: 'The node rotated the log while nobody could read it: more runners, or a larger containerLogMaxSize.',
        },
      )
    last = number
    return true
  }
}

/** Reads the log of a pod. Throws EnvironmentError when a line of it was lost: counts would be wrong. */
export const createPodLines = ({pod, tell, cpu, log}: Hearers): PodLines => {
  const isNextSample = inTurn(pod)
  const isNextOfLog = inTurn(pod)
  const complaints: string[] = []
  let rest = ''
  let isComplete = false
  let code: number | undefined
  let summary: Json | undefined

  const told = (text: string): void => {
    const fields = text.split('\t')
    if (fields[0] === 'z') isComplete = true
    else if (fields[0] === 'c') cpu(Number(fields[1]) / ticksPerSecond)
    else {
      const sample = sampleOf(fields)
      if (sample !== undefined) tell(sample)
    }
  }
  const readLine = (line: string): void => {
    const [, mark, number, text = ''] = /^(!?)(\d+)\t(.*)$/.exec(line) ?? []
    if (number !== undefined) {
      if (mark === '!') {
        if (isNextOfLog(Number(number))) log.write(`${text}\n`)
      } else if (isNextSample(Number(number))) told(text)
    } else if (line.startsWith('end\t')) code = Number(line.slice(4))
    else if (line.startsWith('summary\t')) summary = JSON.parse(line.slice(8))
    else if (line.trim() !== '' && complaints.length < mostComplaints)
      complaints.push(line.trim().slice(0, longestComplaint))
  }
  return {
    read: (text) => {
      const lines = (rest + text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) readLine(line)
    },
    broke: () => {
      rest = ''
    },
    get isComplete() {
      return isComplete
    },
    get code() {
      return code
    },
    get summary() {
      return summary
    },
    complaints,
  }
}
