import {describe, expect, it} from 'vitest'
import {graphOf, tailOf} from '../../src/reporters/html/graph.js'
import type {EdgeEffect} from '../../src/verdict/effects/effect.js'

const effect = (change: Partial<EdgeEffect> = {}): EdgeEffect => ({
  edge: 'gateway->catalog',
  phase: 'fault',
  calls: 100,
  attempts: 130,
  attemptsPerCall: 1.3,
  failed: {timeout: 20},
  failedShare: 0.154,
  p99Ms: {low: 250, high: 500},
  ...change,
})

describe('the call graph', () => {
  it.each([
    {p99Ms: {low: 250, high: 500}, text: '250ms–500ms'},
    {p99Ms: {low: 10_000}, text: 'above 10s'},
  ])('tells p99 as the bucket that it lies in: $text', ({p99Ms, text}) => {
    expect(tailOf(effect({p99Ms}))).toBe(text)
  })

  it('says nothing of p99 where nobody measured it', () => {
    const {p99Ms: _, ...without} = effect()
    expect(tailOf(without)).toBe('–')
    expect(graphOf([without], 'fault', {edges: [], services: []})?.markup).not.toContain('p99')
  })

  it('marks the edges and the services that were hit on purpose, and no others', () => {
    const other = effect({edge: 'gateway->order'})
    const hit = {edges: ['gateway->order'], services: ['catalog']}
    const {markup = ''} = graphOf([effect(), other], 'fault', hit) ?? {}
    expect(markup.match(/class="node faulted"/g)).toHaveLength(1)
    expect(markup).toContain('⚡ catalog')
    expect(markup.match(/class="edge \w+ faulted"/g)).toHaveLength(1)
    expect(markup).toContain(
      'gateway-&gt;catalog in fault: 100 calls, 130 attempts (1.3 per call), 15.4% failed (timeout 20), p99 250ms–500ms',
    )
  })
})
