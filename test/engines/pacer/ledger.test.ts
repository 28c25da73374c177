import {describe, expect, it} from 'vitest'
import type {LoadSecond} from '../../../src/engines/engine.js'
import {createLedger} from '../../../src/engines/pacer/ledger.js'

const start = () => {
  const reported: LoadSecond[] = []
  const ledger = createLedger(['a', 'b'], 5000, ({second}) => reported.push(second))
  return {reported, ledger}
}
const health = {cpu: 0.5, inFlight: 2}

describe('the ledger', () => {
  it('reports a second once it is over and all its requests are settled', () => {
    const {reported, ledger} = start()
    const second = ledger.second(0)
    second.unsettled = 2
    ledger.settled(second)
    ledger.close(0, health)
    expect(reported).toEqual([])
    ledger.settled(second)
    expect(reported).toMatchObject([{startMs: 5000, health}])
  })

  it('holds a settled second back until those before it are settled', () => {
    const {reported, ledger} = start()
    const first = ledger.second(0)
    first.unsettled = 1
    ledger.close(0, health)
    ledger.close(1, health)
    ledger.close(2, health)
    expect(reported).toEqual([])
    ledger.settled(first)
    expect(reported.map(({startMs}) => startMs)).toEqual([5000, 6000, 7000])
  })

  it('starts every second from zero, though histograms are used again', () => {
    const {reported, ledger} = start()
    ledger.second(0).latenessUs.recordValue(1500)
    ledger.second(0).tallies[1]?.latencyUs.recordValue(1500)
    for (let index = 0; index < 3; index++) ledger.close(index, health)
    expect(reported[0]?.requests['b']?.histogram).not.toBe(reported[2]?.requests['b']?.histogram)
    expect(reported[1]?.requests['b']).toEqual(reported[2]?.requests['b'])
    expect(reported.map(({health: {latenessMs}}) => Math.round((latenessMs?.max ?? -1) * 10))).toEqual([
      15, 0, 0,
    ])
  })

  it('does not reopen what was reported', () => {
    const {ledger} = start()
    ledger.close(0, health)
    expect(() => ledger.second(0)).toThrow(RangeError)
  })
})
