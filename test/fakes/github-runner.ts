import {execFile} from 'node:child_process'
import {existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {parse} from 'yaml'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Step {
  id: string
  shell: string
  env: Record<string, string>
  run: string
}

interface Action {
  inputs: Record<string, {default?: string; required?: boolean; description: string}>
  outputs: Record<string, {value: string}>
  runs: {using: string; steps: Step[]}
}

/** The action as it ships. */
export const shippedAction = (): Action => parse(readFileSync(join(root, 'action.yml'), 'utf8'))

/** What became of a job with one use of the action. */
export interface JobResult {
  code: number
  log: string
  summary: string
  outputs: Record<string, string>
}

/** A checkout in which shakedown is installed, as `npm ci` leaves it. */
export const newWorkspace = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-action-'))
  mkdirSync(join(folder, 'node_modules/.bin'), {recursive: true})
  symlinkSync(join(root, 'bin/run.js'), join(folder, 'node_modules/.bin/shakedown'))
  return folder
}

const filled = (text: string, values: Record<string, string>): string =>
  text.replace(/\$\{\{ *([\w.-]+) *\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`nothing is known of ${name}`)
    return value
  })

/** `name=value` lines, and those between two marks. */
const outputsIn = (text: string): Record<string, string> => {
  const outputs: Record<string, string> = {}
  for (const [, name = '', , block, plain] of text.matchAll(/^([\w-]+)(?:<<(.+)\n((?:.*\n)*?)\2$|=(.*)$)/gm))
    outputs[name] = block === undefined ? (plain ?? '') : block.replace(/\n$/, '')
  return outputs
}

/** As the runner starts `shell: bash`. */
const bash = (script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<{code: number; log: string}> =>
  new Promise((resolve) => {
    const args = ['--noprofile', '--norc', '-eo', 'pipefail', script]
    const child = execFile('bash', args, {cwd, env, timeout: 120_000}, (_error, stdout, stderr) =>
      resolve({code: child.exitCode ?? -1, log: stdout + stderr}),
    )
  })

/** Runs the steps of the action in a workspace, until one fails. */
export const useAction = async (workspace: string, given: Record<string, string>): Promise<JobResult> => {
  const {inputs, outputs, runs} = shippedAction()
  const values: Record<string, string> = {}
  for (const [name, input] of Object.entries(inputs))
    values[`inputs.${name}`] = given[name] ?? input.default ?? ''
  const temp = mkdtempSync(join(tmpdir(), 'shakedown-runner-'))
  const summary = join(temp, 'summary.md')
  let [code, log] = [0, '']
  for (const [index, step] of runs.steps.entries()) {
    const [script, output] = [join(temp, `step-${index}.sh`), join(temp, `output-${index}`)]
    writeFileSync(script, filled(step.run, values))
    writeFileSync(output, '')
    const own = Object.fromEntries(
      Object.entries(step.env).map(([name, text]) => [name, filled(text, values)]),
    )
    const github = {
      GITHUB_ACTIONS: 'true',
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      RUNNER_TEMP: temp,
    }
    const state = {SHAKEDOWN_STATE: join(temp, 'state'), NO_COLOR: '1'}
    const done = await bash(script, workspace, {...process.env, ...own, ...github, ...state})
    for (const [name, value] of Object.entries(outputsIn(readFileSync(output, 'utf8'))))
      values[`steps.${step.id}.outputs.${name}`] = value
    code = done.code
    log += done.log
    if (code !== 0) break
  }
  const answered = Object.entries(outputs).map(([name, {value}]) => {
    const key = /\$\{\{ *([\w.-]+) *\}\}/.exec(value)?.[1] ?? ''
    return [name, values[key] ?? '']
  })
  const written = existsSync(summary) ? readFileSync(summary, 'utf8') : ''
  return {code, log, summary: written, outputs: Object.fromEntries(answered)}
}
