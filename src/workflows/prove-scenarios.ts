import {dirname, join, relative} from 'node:path'
import {UserError} from '../errors.js'
import {exitCodeOf, exitCodes} from '../exit-codes.js'
import {readPageAssets} from '../output/page-assets.js'
import {layoutOf} from '../output/screen.js'
import {writeText} from '../output/write-reports.js'
import {junitProofs} from '../reporters/proofs/junit.js'
import {markdownProofs} from '../reporters/proofs/markdown.js'
import {pageOfProofs} from '../reporters/proofs/page.js'
import {terminalProofs} from '../reporters/proofs/terminal.js'
import type {Report} from '../reporters/reporter.js'
import type {Experiment} from '../run/experiment.js'
import type {Proof} from '../verdict/proof/proof.js'
import {needsCounterfactual, proofOf} from '../verdict/proof/prove.js'
import {experimentsOf, type RunFlags, runOne, type Stage, withPage} from './run-scenarios.js'

/** The flags of `prove`, as parsed. */
export type ProveFlags = Omit<RunFlags, 'counterfactual'>

/** Each run's own page lies beside its record; the links hold wherever the folder is taken to. */
const pageIn = async (proofs: readonly Proof[], folder: string): Promise<string> => {
  const {css} = await readPageAssets()
  return pageOfProofs(proofs, {
    css,
    linkOf: ({record}) =>
      relative(folder, join(dirname(record), 'report.html'))
        .split('/')
        .map(encodeURIComponent)
        .join('/'),
  })
}

interface ProofFile {
  name: string
  render(proofs: readonly Proof[], folder: string): string | Promise<string>
}

/** Files that a proof is written to, by the name that the user types. */
const files: Readonly<Record<'json' | 'junit' | 'markdown' | 'html', ProofFile>> = {
  json: {name: 'proof.json', render: (proofs) => `${JSON.stringify({proofs}, null, 2)}\n`},
  junit: {name: 'proof.xml', render: junitProofs},
  markdown: {name: 'proof.md', render: markdownProofs},
  html: {name: 'proof.html', render: pageIn},
}

/**
 * Runs each scenario with its protection, and again without it where that can still decide. Throws UserError for a
 * scenario that does not say what its protection is.
 */
export const proveScenarios = async (paths: string[], flags: ProveFlags, stage: Stage) =>
  await withPage(flags, stage, async (shown) => await proveAll(paths, flags, shown))

const proveAll = async (paths: string[], flags: ProveFlags, stage: Stage) => {
  const experiments = await experimentsOf(paths, {...flags, counterfactual: false}, stage)
  const silent = experiments.filter(({scenario}) => !scenario.counterfactual).map(({source}) => source.path)
  if (silent.length > 0) {
    throw new UserError(`No counterfactual in ${silent.join(', ')}: nothing says what the protection is`, {
      hint: 'Add `counterfactual: {switches: …, must-fail: …}`.',
    })
  }
  const proofs: Proof[] = []
  const reports: Report[] = []
  for (const experiment of experiments) {
    const shown = await prove(experiment, flags, stage)
    proofs.push(shown.proof)
    reports.push(...shown.reports)
    if (stage.signal.aborted || shown.reports.some(({verdict}) => verdict.outcome === 'residual')) break
  }
  if (flags.report.includes('terminal')) {
    stage.print(terminalProofs(proofs, layoutOf(stage.terminal)).trimEnd())
  }
  for (const path of await write(proofs, flags)) stage.print(`report: ${path}`)
  const asked = {interrupted: stage.signal.aborted, allowInconclusive: flags['allow-inconclusive']}
  const exitCode = exitOf(proofs, reports, asked)
  if (exitCode !== exitCodes.pass) stage.print(`exit ${exitCode}: ${exitReasons[exitCode] ?? ''}`)
  return {exitCode, json: {exitCode, proofs}}
}

const prove = async (experiment: Experiment, flags: ProveFlags, stage: Stage) => {
  // The runs' own reports stay beside their records; the proof is what is shown.
  const quiet = {...flags, counterfactual: false, report: flags.report.filter((name) => name !== 'terminal')}
  const shielded = await runOne(experiment, quiet, stage)
  // The same seed: the two runs differ in the protection alone.
  const {seed} = shielded.record.header
  const bare =
    needsCounterfactual(shielded) && !stage.signal.aborted
      ? await runOne({...experiment, seed, counterfactual: true}, quiet, stage)
      : undefined
  return {proof: proofOf(shielded, bare), reports: [shielded, ...(bare ? [bare] : [])]}
}

const write = async (proofs: Proof[], flags: ProveFlags): Promise<string[]> => {
  const paths: string[] = []
  const folder = flags['output-dir']
  for (const format of ['json', 'junit', 'markdown', 'html'] as const) {
    if (!flags.report.includes(format)) continue
    const path = join(folder, files[format].name)
    await writeText(path, await files[format].render(proofs, folder))
    paths.push(path)
  }
  return paths
}

/** Why `prove` ends with another exit code than 0. */
const exitReasons: Record<number, string> = {
  [exitCodes.fail]: 'a protection was disproven, or a scenario shows nothing about it',
  [exitCodes.inconclusive]: 'undecided; --allow-inconclusive turns it into 0',
  [exitCodes.error]: 'something that a run needs did not do its part',
  [exitCodes.residual]: 'a fault could not be undone: something is still broken',
  [exitCodes.interrupted]: 'stopped from outside, everything was undone',
}

/**
 * What is left broken, could not be reached or was interrupted comes first (between two runs, too: what was not run is
 * not proven); then a disproof, then what is open.
 */
export const exitOf = (
  proofs: readonly Proof[],
  reports: readonly Pick<Report, 'verdict'>[],
  {interrupted, allowInconclusive}: {interrupted: boolean; allowInconclusive: boolean},
): number => {
  const outcomes = reports.map(({verdict}) => verdict.outcome)
  const grave = (['residual', 'error'] as const).find((outcome) => outcomes.includes(outcome))
  if (grave) return exitCodes[grave]
  if (interrupted || outcomes.includes('interrupted')) return exitCodes.interrupted
  const findings = proofs.map(({finding}) => finding)
  if (findings.includes('disproven') || findings.includes('vacuous')) return exitCodes.fail
  return findings.includes('undecided') ? exitCodeOf('inconclusive', {allowInconclusive}) : exitCodes.pass
}
