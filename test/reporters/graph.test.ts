import {describe, expect, it} from 'vitest'
import {tailOf} from '../../src/reporters/edge-tail.js'
import {blastInWords} from '../../src/reporters/html/calls.js'
import {callList, edgeTexts, type GraphPhase, graphOf} from '../../src/reporters/html/graph.js'
import {arrivalOf, placesOf} from '../../src/reporters/html/graph-places.js'
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
const shown = (change: Partial<GraphPhase> = {}): GraphPhase => ({
  phase: 'fault',
  seconds: 20,
  hit: {edges: [], services: []},
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
    expect(graphOf([without], shown())?.markup).not.toContain('p99')
  })

  it.each([
    {change: {}, texts: ['5/s · p99 ≤500ms', '15.4% err · 1.3×']},
    {change: {p99Ms: {low: 10_000}}, texts: ['5/s · p99 >10s', '15.4% err · 1.3×']},
    {change: {calls: 0, attempts: 0, attemptsPerCall: 0, failedShare: 0}, texts: ['no calls', '']},
  ])('says on each arrow $texts', ({change, texts}) => {
    expect(edgeTexts(effect(change), 20)).toEqual(texts)
    const {markup = ''} = graphOf([effect(change)], shown()) ?? {}
    for (const text of texts) expect(markup).toContain(`>${text.replace('>', '&gt;')}</text>`)
  })

  it('says on a narrow screen the same as lines, the callers first', () => {
    const all = [effect({edge: 'catalog->db'}), effect()]
    const {markup} = callList(all, shown({hit: {edges: ['catalog->db'], services: []}}))
    expect(markup).toMatch(/gateway → catalog.*5\/s · p99 ≤500ms · 15\.4% err.*catalog → db<\/b> ⚡ fault/s)
  })

  it('ends the arrows of two callers apart from each other', () => {
    const places = placesOf([
      ['gateway', 'order'],
      ['gateway', 'catalog'],
      ['order', 'db'],
      ['catalog', 'db'],
    ])
    const db = places.get('db')
    if (!db) throw new Error('no place')
    expect(Math.abs(arrivalOf(db, 'order') - arrivalOf(db, 'catalog'))).toBeGreaterThanOrEqual(40)
    expect(db.x).toBeGreaterThan(places.get('order')?.x ?? 0)
  })

  it('has a place for everybody in a cycle', () => {
    const {size} = placesOf([
      ['a', 'b'],
      ['b', 'a'],
    ])
    expect(size).toBe(2)
  })

  it('marks the edges and the services that were hit on purpose, and no others', () => {
    const other = effect({edge: 'gateway->order'})
    const hit = {edges: ['gateway->order'], services: ['catalog']}
    const {markup = ''} = graphOf([effect(), other], shown({hit})) ?? {}
    expect(markup.match(/class="node faulted"/g)).toHaveLength(1)
    expect(markup).toContain('⚡ catalog')
    expect(markup.match(/class="edge \w+ faulted"/g)).toHaveLength(1)
    expect(markup).toContain(
      'gateway-&gt;catalog in fault: 100 calls, 130 attempts (1.3 per call), 15.4% failed (timeout 20), p99 250ms–500ms',
    )
  })

  it.each([
    {failing: [], said: 'none of 2 edges began to fail'},
    {
      failing: [{edge: 'gateway->catalog', afterMs: 900, origin: true}],
      said: '1 of 2 edges began to fail more often than in the baseline: gateway → catalog (where it began).',
    },
  ])('says how far the fault was felt: $said', ({failing, said}) => {
    expect(blastInWords({failing, edges: [effect(), effect({edge: 'catalog->db'})]})).toContain(said)
    expect(blastInWords({failing, edges: [effect({phase: 'baseline'})]})).toBeUndefined()
  })
})
