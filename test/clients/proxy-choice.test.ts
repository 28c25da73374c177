import {describe, expect, it} from 'vitest'
import {proxyFor} from '../../src/clients/proxy-choice.js'

const proxy = 'http://user:secret@proxy:3128'

describe('the proxy for an address', () => {
  it.each([
    ['https://api.example.org:6443', {HTTPS_PROXY: proxy}, 'HTTPS_PROXY'],
    ['https://api.example.org', {HTTP_PROXY: proxy}, undefined],
    ['http://api.example.org', {HTTP_PROXY: proxy}, 'HTTP_PROXY'],
    ['https://127.0.0.1:6443', {HTTPS_PROXY: proxy}, undefined],
    ['https://[::1]:6443', {HTTPS_PROXY: proxy}, undefined],
    ['https://10.1.2.3:6443', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8'}, undefined],
    ['https://11.1.2.3:6443', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8'}, 'HTTPS_PROXY'],
    ['https://[fd00::7]:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'fd00::/8'}, undefined],
    ['https://[fd00::7]:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'fd00::7'}, undefined],
    ['https://api.example.org', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/8,.example.org'}, undefined],
    ['https://api.example.org', {HTTPS_PROXY: proxy, NO_PROXY: 'api.example.org:6443'}, 'HTTPS_PROXY'],
    ['https://api.example.org:6443', {HTTPS_PROXY: proxy, NO_PROXY: 'api.example.org:6443'}, undefined],
    ['https://10.1.2.3', {HTTPS_PROXY: proxy, NO_PROXY: '10.0.0.0/99, nonsense/8'}, 'HTTPS_PROXY'],
  ])('of %s under %j is that of %s', (address, environment, from) => {
    expect(proxyFor(address, environment)?.from).toBe(from)
  })

  it('has a scheme also where the variable has none', () => {
    expect(proxyFor('https://api', {https_proxy: 'proxy:3128'})?.url).toBe('http://proxy:3128')
  })
})
