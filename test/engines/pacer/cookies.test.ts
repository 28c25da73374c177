import {describe, expect, it} from 'vitest'
import {createCookieSession, createJar} from '../../../src/engines/pacer/cookies.js'

const epochMs = Date.UTC(2025, 0, 1)

/** What is sent to a path after these were set by an answer to /shop/cart. */
const sentTo = (path: string, set: string[], {afterMs = 0, secure = false} = {}): string | undefined => {
  const jar = createJar(() => epochMs)
  jar.set(set, '/shop/cart?x=1', 0)
  return jar.header(path, secure, afterMs)
}

describe('a cookie', () => {
  it.each<[string, string[], string | undefined]>([
    ['/shop/pay', ['a=1'], 'a=1'],
    ['/shop', ['a=1'], 'a=1'],
    ['/shopping', ['a=1'], undefined],
    ['/', ['a=1; Path=/'], 'a=1'],
    ['/shop/pay?q', ['a=1; path=/shop/pay'], 'a=1'],
    ['/shop/pays', ['a=1; path=/shop/pay'], undefined],
    ['/shop', ['a = b=c ; HttpOnly; SameSite=Lax', 'd='], 'a=b=c; d='],
    ['/shop/pay', ['a=1; Path=/', 'b=2; Path=/shop/pay'], 'b=2; a=1'],
    ['/shop', ['a=1', 'a=2'], 'a=2'],
    ['/shop', ['a=1', 'a=; Max-Age=0'], undefined],
    ['/shop', ['a=1', 'a=; Expires=Thu, 01 Jan 1970 00:00:00 GMT'], undefined],
    ['/shop', ['nonsense', '=x'], undefined],
    ['/shop', ['a=1; Secure'], undefined],
  ])('to %s after %j is %j', (path, set, header) => {
    expect(sentTo(path, set)).toBe(header)
  })

  it('ends with its age, or at its date, and age goes first', () => {
    const aged = ['a=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT']
    expect(sentTo('/shop', aged, {afterMs: 9_999})).toBe('a=1')
    expect(sentTo('/shop', aged, {afterMs: 10_000})).toBeUndefined()
    const dated = ['a=1; Expires=Wed, 01 Jan 2025 00:00:05 GMT']
    expect(sentTo('/shop', dated, {afterMs: 4_999})).toBe('a=1')
    expect(sentTo('/shop', dated, {afterMs: 5_000})).toBeUndefined()
  })

  it('that is secure goes over TLS only', () => {
    expect(sentTo('/shop', ['a=1; Secure'], {secure: true})).toBe('a=1')
  })

  it('of one endpoint does not go to another', () => {
    const session = createCookieSession({startAtMs: epochMs, now: () => 0})
    expect(session.headerFor('http://a', '/x')).toBeUndefined()
    session.answered('s=1', 0)
    expect(session.headerFor('http://b', '/x')).toBeUndefined()
    session.answered(['s=2', 't=3'], 0)
    expect(session.headerFor('http://a', '/y')).toBe('s=1')
    expect(session.headerFor('http://b', '/y')).toBe('s=2; t=3')
  })
})
