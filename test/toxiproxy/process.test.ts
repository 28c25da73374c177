import {once} from 'node:events'
import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {startAfter, startProcess, stopProcess} from '../contracts/toxiproxy-process.js'
import {eventually, openRig, portOf, within} from '../contracts/toxiproxy-rig.js'

describe('the Toxiproxy process', () => {
  it('says its URL in one line of JSON and ends with SIGTERM', async () => {
    const {child, said} = await startProcess('--port', '0')
    expect(said).toEqual({url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)})
    expect((await fetch(`${said['url']}/version`)).status).toBe(200)
    expect(await stopProcess(child)).toBe(0)
  })

  it('ends when its owner closes stdin, even with connections open', async () => {
    const {child, said} = await startProcess('--port', '0', '--owned')
    await fetch(`${said['url']}/proxies`)
    const exit = once(child, 'exit')
    child.stdin?.end()
    expect((await within(exit, 'the exit'))[0]).toBe(0)
  })

  it('outlives more clients than it may have file descriptors, and serves the next one', async () => {
    const {child, said} = await startAfter('ulimit -n 64', '--port', '0')
    const url = said['url'] ?? ''
    const rig = await openRig({url, kind: 'embedded', stop: async () => {}})
    // The control API's own connection is among the first: fetch keeps it.
    const port = await rig.proxy('p', await rig.upstream())
    const clients = await Promise.all(Array.from({length: 80}, () => rig.dial(port)))
    for (const {socket} of clients) socket.write('x')
    const served = await Promise.all(
      clients.map(({receive, ending}) =>
        Promise.race([receive(1).then(() => true), ending.then(() => false)]),
      ),
    )
    expect(served).toContain(true)
    expect(served).toContain(false)
    for (const {socket} of clients) socket.destroy()
    await eventually('the next client to be served', async () => {
      const {socket, ending, receive} = await rig.dial(port)
      socket.write('x')
      return Promise.race([receive(1).then(() => true), ending.then(() => false)])
    })
    await rig.close()
    expect(await stopProcess(child)).toBe(0)
  })

  it('says why when the port is taken, and exits with 4', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const {child, said} = await startProcess('--port', String(portOf(taken)))
    const code = child.exitCode ?? (await within(once(child, 'exit'), 'the exit'))[0]
    expect([said['code'], code]).toEqual(['EADDRINUSE', 4])
    taken.close()
  })

  it.each([
    ['--port', 'x'],
    ['--seed', '1.5'],
    ['--nonsense', '1'],
  ])('refuses %s %s with exit 2', async (...args) => {
    const {child, said} = await startProcess(...args)
    const code = child.exitCode ?? (await within(once(child, 'exit'), 'the exit'))[0]
    expect([Object.keys(said).sort(), code]).toEqual([['code', 'error'], 2])
  })

  it("creates the proxies of a file of the original's format", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'toxiproxy-'))
    const file = join(folder, 'proxies.json')
    await writeFile(file, JSON.stringify([{name: 'a', listen: '127.0.0.1:0', upstream: 'x:1'}]))
    const {child, said} = await startProcess('--port', '0', '--config', file)
    expect(await (await fetch(`${said['url']}/proxies`)).json()).toMatchObject({a: {upstream: 'x:1'}})
    await stopProcess(child)
    const missing = await startProcess('--port', '0', '--config', join(folder, 'missing.json'))
    const code = missing.child.exitCode ?? (await within(once(missing.child, 'exit'), 'the exit'))[0]
    expect([missing.said['code'], code]).toEqual(['ENOENT', 4])
    await rm(folder, {recursive: true})
  })
})
