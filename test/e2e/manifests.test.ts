import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {beforeAll, describe, expect, it} from 'vitest'
import {newUser, type User} from './cli.js'

const scenario = `name: many-machines
summary: More than one machine can send.
target: ./shop.yaml
load:
  engine: k6-operator
  profile: {constant: 5000/s}
  timeout: 1s
  requests: [{name: home, get: /}]
phases: {baseline: 5s, fault: 5s, recovery: 5s}
faults: []
objectives:
  - {name: up, good: 'http_requests_total{code!~"5.."}', total: http_requests_total, target: 99%, during: [fault]}
`
const target = (url: string): string =>
  `name: shop\nendpoints: {edge: "${url}"}\nmetrics: {prometheus: "http://127.0.0.1:9"}\n`

describe('a load for a cluster', () => {
  let user: User
  beforeAll(() => {
    user = newUser()
    writeFileSync(join(user.home, 'many.yaml'), scenario)
    writeFileSync(join(user.home, 'shop.yaml'), target('http://shop.staging.svc'))
  })

  it('is written as manifests, the same for the same seed', async () => {
    const write = async (output: string) => {
      const asked = ['--seed', '7', '--runners', '4', '--namespace', 'load']
      const {code, stdout, stderr} = await user.run(['manifests', 'many.yaml', '--output', output, ...asked])
      expect(code, stderr).toBe(0)
      expect(stdout).toContain(`kubectl apply --server-side -f ${output}`)
      const files = readdirSync(join(user.home, output))
      return files.map((file) => [file, readFileSync(join(user.home, output, file), 'utf8')])
    }
    const first = await write('one')
    expect(first.map(([file]) => file)).toEqual(['configmap.yaml', 'testrun.yaml'])
    expect(await write('two')).toEqual(first)
  })

  it('is refused where the cluster cannot reach the target', async () => {
    writeFileSync(join(user.home, 'near.yaml'), target('http://127.0.0.1:8080'))
    const {code, stderr} = await user.run([
      'manifests',
      'many.yaml',
      '--output',
      'near',
      '--target',
      'near.yaml',
    ])
    expect(code).toBe(2)
    expect(stderr).toMatch(/the pod itself[\s\S]*--target/)
    expect(existsSync(join(user.home, 'near'))).toBe(false)
  })

  it('cannot be followed by a run of a target that is in no cluster, which says so before anything is started', async () => {
    const {code, stderr} = await user.run(['run', 'many.yaml'])
    expect(code).toBe(2)
    expect(stderr).toMatch(/to be made in a cluster, and shop is in none[\s\S]*load\.kubernetes\.namespace/)
    expect(existsSync(join(user.home, '.shakedown'))).toBe(false)
    expect((await user.run(['plan', 'many.yaml'])).code).toBe(0)
  })
})
