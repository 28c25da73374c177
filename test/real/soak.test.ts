import {execFile} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {promisify} from 'node:util'
import {describe, it} from 'vitest'
import {findTool} from './components.js'

const soak = fileURLToPath(new URL('../soak/main.mjs', import.meta.url))
const toxiproxy = await findTool('toxiproxy')

/** What the soak prints, whether it finds something broken or not. */
const killed = async (kills: number, kind: string, seed: number): Promise<string> => {
  // Four times what a machine with time to spare needs at worst: others use this one.
  const bounds = ['--seed', String(seed), '--limit', '20']
  const args = [soak, '--kills', String(kills), '--toxiproxy', kind, ...bounds]
  const ended = promisify(execFile)(process.execPath, args, {timeout: 380_000, maxBuffer: 1e8})
  // A soak that fails says why on the same outputs.
  const {stdout, stderr} = await ended.catch((failure: {stdout: string; stderr: string}) => failure)
  return `${stdout}${stderr}`
}

describe.concurrent('a run that is killed at a random instant leaves nothing broken', () => {
  it('through the embedded proxy', async ({expect}) => {
    expect(await killed(10, 'embedded', 11)).toContain(
      '10 of 10 kills, Toxiproxy embedded, seed 11: 0 left broken',
    )
  })

  it.skipIf('missing' in toxiproxy)('through the real Toxiproxy', async ({expect}) => {
    expect(await killed(10, 'real', 12)).toContain('10 of 10 kills, Toxiproxy real, seed 12: 0 left broken')
  })
})
