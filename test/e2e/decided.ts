import type {Verdict} from '../../src/verdict/verdict.js'
import type {Result, User} from './cli.js'

/** As much of a verdict as tells whether the machine spoiled the run. */
export type Judged = Pick<Verdict, 'outcome' | 'validity' | 'summary'>

/** In these checks the load generator itself says that it had too little of the machine. */
const witnesses = ['generator on time', 'generator not the bottleneck']

/**
 * What a machine that has no time for the generator does to the rest of the run: requests are skipped, scrapes come late,
 * answers are slow before any fault. Without a witness each of them may be a defect, and is one.
 */
const company = ['load arrived', 'metrics fresh', 'baseline good']

/** Three runs in a row that the machine spoils are no accident any more. */
const mostTries = 3

/** Why a run was no experiment, if that is the machine's doing alone. A pass, a fail and an inconclusive run never are. */
export const spoiled = ({outcome, validity, summary}: Judged): string | undefined => {
  if (outcome !== 'invalid') return undefined
  const failed = validity.filter(({ok}) => !ok).map(({name}) => name)
  const seen = failed.some((name) => witnesses.includes(name))
  const alone = failed.every((name) => [...witnesses, ...company].includes(name))
  return seen && alone ? summary : undefined
}

/** Tries until a try was not spoiled by the machine, three times at most, and says loudly that it tries again. */
export const untilDecided = async <T>(
  what: string,
  attempt: () => Promise<T>,
  judgedIn: (result: T) => Promise<Judged | undefined> | Judged | undefined,
): Promise<T> => {
  for (let tries = 1; ; tries++) {
    const result = await attempt()
    const judged = await judgedIn(result)
    const why = judged && spoiled(judged)
    if (why === undefined || tries === mostTries) return result
    process.stderr.write(`RUN AGAIN (try ${tries} of ${mostTries} was spoiled): ${what}: ${why}\n`)
  }
}

/** The verdict of a run that ended undecided: from its JSON, or from its record, which every other output names. */
const judgedBy = async (user: User, {code, stdout}: Result): Promise<Judged | undefined> => {
  if (code !== 3) return undefined
  if (stdout.startsWith('{')) return JSON.parse(stdout).runs?.[0]?.verdict
  const record = /Record +(\S+)/.exec(stdout)?.[1]
  if (record === undefined) return undefined
  return JSON.parse((await user.run(['judge', record, '--json'])).stdout)
}

/** Runs a command that runs one scenario, again where the machine spoiled it; `before` each try, the last one included. */
export const decided = (
  user: User,
  args: string[],
  {before = () => {}, ...options}: {shell?: string; before?: () => void} = {},
): Promise<Result> => {
  const attempt = (): Promise<Result> => {
    before()
    return user.run(args, options)
  }
  return untilDecided(args.join(' '), attempt, (result) => judgedBy(user, result))
}
