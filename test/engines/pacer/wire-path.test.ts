import {expect, it} from 'vitest'
import {wirePath} from '../../../src/engines/pacer/wire-path.js'

it.each([
  ['/products?q=a%20b&x=[1]', '/products?q=a%20b&x=[1]'],
  ['/café', '/caf%C3%A9'],
  ['/a b', '/a%20b'],
  ['/x HTTP/1.1\r\nhost: evil', '/x%20HTTP/1.1%0D%0Ahost:%20evil'],
  // U+010A is a line feed once it is cut to a byte.
  ['/\u010a', '/%C4%8A'],
])('the path %j is sent as %s', (path, sent) => {
  expect(wirePath(path)).toBe(sent)
})
