import {rmSync} from 'node:fs'
import {afterAll, describe, expect, it} from 'vitest'
import {systemClock} from '../../src/system/clock.js'
import {newUser, type Running} from './cli.js'

const user = newUser()
afterAll(() => rmSync(user.home, {recursive: true, force: true}))

/** The address that a server prints once it answers. */
const addressOf = async ({child}: Running): Promise<string> => {
  let said = ''
  child.stdout?.on('data', (text) => {
    said += text
  })
  const limitMs = systemClock.now() + 30_000
  while (!said.includes('\n') && systemClock.now() < limitMs) await systemClock.sleep(50)
  return /http:\S+/.exec(said)?.[0] ?? ''
}

describe('shakedown metrics', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('answers until %s, and ends with 0', async (signal) => {
    const running = user.start(['metrics', '--listen', '127.0.0.1:0'])
    const address = await addressOf(running)
    const response = await fetch(`${address}/api/v1/query?query=1%2B1&time=1`)
    expect(await response.json()).toMatchObject({data: {result: [1, '2']}})
    running.child.kill(signal)
    const {code, stderr} = await running.done
    expect({code, stderr}).toEqual({code: 0, stderr: ''})
  })

  it('ends with 4 and a way out when its port is taken', async () => {
    const running = user.start(['metrics', '--listen', '127.0.0.1:0'])
    const {port} = new URL(await addressOf(running))
    const {code, stderr} = await user.run(['metrics', '--listen', `127.0.0.1:${port}`])
    expect(code).toBe(4)
    expect(stderr).toContain(`cannot listen on 127.0.0.1:${port}`)
    expect(stderr).toContain('--listen HOST:PORT')
    running.child.kill('SIGTERM')
    await running.done
  })

  it('ends with 2 for wrong flags and files', async () => {
    expect(await user.run(['metrics', '--listen', 'x'])).toMatchObject({code: 2})
    expect(await user.run(['metrics', '--config', 'missing.yml'])).toMatchObject({code: 2})
    expect(await user.run(['query', 'up', '--record', 'missing'])).toMatchObject({code: 2})
  })
})
