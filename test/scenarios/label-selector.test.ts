import {describe, expect, it} from 'vitest'
import {readLabelSelector, selects} from '../../src/scenarios/label-selector.js'

const labels = {app: 'web', tier: 'front', 'app.kubernetes.io/name': 'shop', empty: ''}

describe('a label selector', () => {
  it.each([
    ['app=web', true],
    ['app==web', true],
    ['app = web , tier=front', true],
    ['app=web,tier=back', false],
    ['app!=web', false],
    ['zone!=a', true],
    ['app in (web,api)', true],
    ['app in (api, cache)', false],
    ['app notin (api,cache),tier', true],
    ['zone notin (a)', true],
    ['zone', false],
    ['!zone', true],
    ['!app', false],
    ['app.kubernetes.io/name=shop', true],
    ['empty=', true],
    ['app=', false],
    ['constructor', false],
    ['', true],
  ])('%s of these labels: %s', (selector, expected) => {
    expect(selects(selector, labels)).toBe(expected)
  })

  it.each(['', 'app=web=1', 'app in web', 'app in ()x', '=web', 'app=web,', 'a b', 'app>1', '-app=web'])(
    '"%s" is none, and selects nothing unless it is empty',
    (text) => {
      expect(readLabelSelector(text)).toBeUndefined()
      expect(selects(text, labels)).toBe(text === '')
    },
  )
})
