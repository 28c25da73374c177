import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {deployFiles} from 'shakedown-reference/deploy'
import {afterAll, expect, it} from 'vitest'
import {parse, parseAllDocuments} from 'yaml'
import {newUser, shipped} from '../../e2e/cli.js'
import {decidedRun, runOf} from '../../e2e/shipped-scenario.js'
import {kubeconfigOf, shippedRoles} from './shipped-roles.js'
import {clusterSuite, type Stage} from './stage.js'

const images = ['shakedown-reference', 'postgres:18', 'toxiproxy:2.12.0', 'prometheus:v3.5.0']
const user = newUser()
const overlay = new URL('../../../reference/deploy/overlays/one-registry/', import.meta.url).pathname

/** Objects by what they are, without the order of their keys. */
const byName = (objects: readonly {kind: string; metadata: {name: string}}[]): Record<string, unknown> =>
  Object.fromEntries(objects.map((one) => [`${one.kind} ${one.metadata.name}`, one]))

clusterSuite(
  'the reference deployment',
  {images, creates: 'nothing, and another with the shop'},
  (staged) => {
    const cli = async (stage: Stage, namespace: string, args: string[]) =>
      await user.run([...args, '--on', 'kubernetes', '--namespace', namespace], {
        shell: `export KUBECONFIG=${stage.admin}`,
      })
    const own = (stage: Stage): string => `${stage.namespace}-shop`
    const broken = (stage: Stage): string => `${stage.namespace}-broken`

    afterAll(async () => {
      const stage = staged()
      await Promise.all([own(stage), broken(stage)].map((name) => cli(stage, name, ['down'])))
    }, 120_000)

    it('is what kubectl makes of the folder', async () => {
      const text = await staged().kubectl(['kustomize', overlay])
      const kustomized = parseAllDocuments(text).map((one) => one.toJS())
      const ours = Object.values(
        deployFiles({namespace: 'shakedown-reference', registry: 'localhost', seed: 1}),
      ).flat()
      // Kustomize writes the namespace into each object; the CLI sends each to it.
      const placed = ours.map((one) =>
        one.kind === 'Namespace'
          ? one
          : {...one, metadata: {...one.metadata, namespace: 'shakedown-reference'}},
      )
      expect(byName(kustomized)).toEqual(byName(placed))
    })

    it('touches no namespace of somebody else', async () => {
      const stage = staged()
      const up = await cli(stage, stage.namespace, ['up', '--context', stage.context])
      expect(up).toMatchObject({code: 2, stderr: expect.stringContaining('was not made by shakedown up')})
      expect((await cli(stage, stage.namespace, ['down'])).code).toBe(2)
      expect(await stage.kubectl(['get', 'namespace', stage.namespace, '-o', 'name'])).toContain(
        stage.namespace,
      )
    }, 30_000)

    it('comes up, and a scenario of one machine passes there unchanged', async () => {
      const stage = staged()
      const up = await cli(stage, own(stage), [
        'up',
        '--context',
        stage.context,
        '--registry',
        'localhost',
        '--json',
      ])
      expect(up.code, up.stdout + up.stderr).toBe(0)
      const {targetFile, readyMs} = JSON.parse(up.stdout)
      process.stderr.write(`ready after ${Math.round(readyMs / 1000)} s\n`)
      expect(parse(readFileSync(join(user.home, targetFile), 'utf8'))).toMatchObject({
        kubernetes: {context: stage.context, namespace: own(stage)},
      })
      const status = JSON.parse((await cli(stage, own(stage), ['status', '--json'])).stdout)
      expect(status).toMatchObject({running: true, troubles: [], switches: {'gateway.replicas': 2}})

      const args = [shipped('payment-slow'), '--target', targetFile]
      // To bring it up takes an administrator; to break things in it the account that ships is enough.
      const roles = {apiVersion: 'v1', kind: 'List', items: await shippedRoles(own(stage), [])}
      await stage.kubectl(['apply', '--namespace', own(stage), '-f', '-'], JSON.stringify(roles))
      const path = join(user.home, 'account.kubeconfig')
      const kubeconfig = await kubeconfigOf(stage, 'shakedown', path, own(stage))
      const {outcome, verdict} = runOf(
        await decidedRun(user, args, {shell: `export KUBECONFIG=${kubeconfig}`}),
      )
      expect(outcome, verdict.summary).toBe('pass')
    }, 390_000)

    it('says which image is missing, and how to build it', async () => {
      const stage = staged()
      const up = await cli(stage, broken(stage), [
        'up',
        '--context',
        stage.context,
        '--registry',
        'nowhere.invalid',
      ])
      expect(up.code).toBe(4)
      expect(up.stderr).toContain('image nowhere.invalid/shakedown-reference:')
      expect(up.stderr).toContain('docker build -f reference/deploy/Containerfile')
    }, 60_000)

    it('leaves nothing', async () => {
      const stage = staged()
      expect((await cli(stage, own(stage), ['down'])).code).toBe(0)
      expect(await stage.kubectl(['get', 'namespaces', '-o', 'name'])).not.toContain(own(stage))
      expect((await cli(stage, own(stage), ['status'])).stdout).toContain('There is no reference deployment')
    }, 120_000)
  },
)
