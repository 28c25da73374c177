import {describe, expect, it} from 'vitest'
import {checkContext} from '../../src/workflows/check-context.js'

type Looked = Parameters<typeof checkContext>[0]

const local = {target: 'reference', load: {engine: 'pacer'}} as Looked // Only these are looked at.
const fromPods = {target: 'reference', load: {engine: 'k6', on: 'kubernetes'}} as Looked

describe('a context of a cluster', () => {
  it('is refused where nothing is in a cluster', () => {
    expect(() => checkContext(local, {context: 'staging'})).toThrow('--context staging changes nothing')
  })

  it.each([
    ['the target may be in one', local, {context: 'staging', target: 'shop.yaml'}],
    ['pods make the load', fromPods, {context: 'staging'}],
    ['the operator makes the load', local, {context: 'staging', engine: 'k6-operator'}],
    ['none is named', local, {}],
  ])('is taken where %s', (_, scenario, asked) => {
    expect(() => checkContext(scenario, asked)).not.toThrow()
  })
})
