import {execFile} from 'node:child_process'
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {describe, expect, it} from 'vitest'

const cli = fileURLToPath(new URL('../../bin/run.js', import.meta.url))
const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url))
const good = join(fixtures, 'good/payment-slow.yaml')

/** The built program, as a user runs it. */
const shakedown = async (...args: string[]): Promise<{code: number; stdout: string; stderr: string}> => {
  const folder = await mkdtemp(join(tmpdir(), 'commands-'))
  const env = {...process.env, SHAKEDOWN_STATE: folder, NO_COLOR: '1'}
  try {
    const {stdout, stderr} = await promisify(execFile)(process.execPath, [cli, ...args], {cwd: folder, env})
    return {code: 0, stdout, stderr}
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error
    return {code: Number(error.code), stdout: String(error.stdout), stderr: String(error.stderr)}
  }
}

const badFile = async (): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'bad-')), 'bad.yaml')
  await writeFile(path, 'name: bad\nobjektives: []\n')
  return path
}

describe('validate', () => {
  it('says that a good file is ok', async () => {
    expect(await shakedown('validate', good)).toEqual({code: 0, stdout: `${good}: ok\n`, stderr: ''})
  })

  it('lists the problems of every file, carries on after a bad one, and exits 2', async () => {
    const bad = await badFile()
    const {code, stdout} = await shakedown('validate', bad, '/nowhere.yaml', good)
    expect(code).toBe(2)
    expect(stdout).toContain(`${bad}:2:1 unknown key "objektives": did you mean "objectives"?\n`)
    expect(stdout).toContain('Cannot read /nowhere.yaml: there is no such file\n')
    expect(stdout).toContain(`${good}: ok\n`)
  })

  it('gives the same as data', async () => {
    const bad = await badFile()
    const {code, stdout} = await shakedown('validate', bad, good, '--json')
    expect(code).toBe(2)
    expect(JSON.parse(stdout)).toMatchObject({
      files: [
        {
          path: bad,
          ok: false,
          problems: expect.arrayContaining([expect.objectContaining({line: 2, column: 1})]),
        },
        {path: good, ok: true, problems: []},
      ],
    })
  })
})

describe('plan', () => {
  it('prints the dry run of a scenario on the reference deployment without starting it', async () => {
    const {code, stdout, stderr} = await shakedown('plan', good, '--seed', '7', '--counterfactual')
    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/^payment-slow on reference: 1m13s, seed 7\n/)
    expect(stdout).toMatch(/23s +\+ f1 latency +\S/)
    expect(stdout).toMatch(/53s +- f1 latency +removes the toxic/)
    expect(stdout).toMatch(/order\.breaker +(off|false)/)
  })

  it('gives the plan as data, the same for the same seed', async () => {
    const [one, two] = await Promise.all([
      shakedown('plan', good, '--seed', '7', '--json'),
      shakedown('plan', good, '--seed', '7', '--json'),
    ])
    expect(JSON.parse(one.stdout)).toMatchObject({seed: 7, durationMs: 73_000, faults: [{id: 'f1'}]})
    expect(two.stdout).toBe(one.stdout)
  })

  it('exits 2 with the edges there are when the target has no such edge', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'target-'))
    const target = join(folder, 'target.yaml')
    await writeFile(
      target,
      `name: other
endpoints: {shop: http://127.0.0.1:1}
toxiproxy: http://127.0.0.1:2
edges: {order->payments: {proxy: payments}}
metrics: {prometheus: "http://127.0.0.1:3"}
data: {skus: [A]}
`,
    )
    const {code, stderr} = await shakedown('plan', good, '--target', target)
    expect(code).toBe(2)
    expect(stderr).toContain('does not fit target other')
    expect(stderr).toContain(
      'faults[0].latency.edge: there is no edge "order->payment": did you mean "order->payments"?',
    )
  })

  it('exits 2 with every problem of a bad scenario', async () => {
    const bad = await badFile()
    const {code, stderr} = await shakedown('plan', bad)
    expect(code).toBe(2)
    expect(stderr).toContain(`${bad}:2:1 unknown key "objektives"`)
    expect(stderr).not.toContain('bug')
  })
})

describe('schema', () => {
  it.each([
    ['scenario', [], 'objectives'],
    ['target', ['target'], 'endpoints'],
  ])('prints the one of %s files', async (kind, args, key) => {
    const {code, stdout} = await shakedown('schema', ...args)
    expect(code).toBe(0)
    const schema = JSON.parse(stdout)
    expect(schema.title).toBe(`Shakedown ${kind}`)
    expect(schema.properties).toHaveProperty(key)
  })
})
