import {describe, expect, it} from 'vitest'
import {splitHostPort} from '../../src/toxiproxy/address.js'

describe('splitHostPort', () => {
  it.each([
    ['127.0.0.1:80', '127.0.0.1', 80],
    [':80', '', 80],
    ['', '', 0],
    ['host:', 'host', 0],
    ['[::1]:80', '::1', 80],
    ['[::]:0', '::', 0],
  ])('splits %j', (address, host, port) => {
    expect(splitHostPort(address)).toEqual({host, port})
  })

  it.each([
    ['127.0.0.1', 'address 127.0.0.1: missing port in address'],
    ['127.0.0.1:99999', 'address 99999: invalid port'],
    ['127.0.0.1:-1', 'address -1: invalid port'],
    ['host:http', 'address http: invalid port'],
    ['::1:80', 'address ::1:80: too many colons in address'],
  ])('refuses %j', (address, message) => {
    expect(() => splitHostPort(address)).toThrow(message)
  })
})
