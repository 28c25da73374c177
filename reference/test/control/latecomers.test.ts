import {describe, expect, it} from 'vitest'
import type {Fleet} from '../../src/control/fleet.js'
import {tellLatecomers} from '../../src/control/latecomers.js'
import type {SwitchedReplica} from '../../src/supervisor/switchboard.js'
import {manualClock} from '../fakes/manual-clock.js'

/** Pods by name, ready or not, and who was told; `hears` says whether a pod answers just now. */
const shop = (pods: Record<string, boolean>) => {
  const told: string[] = []
  const clock = manualClock()
  const during: (() => void)[] = []
  let hears = true
  const replicas = (): SwitchedReplica[] =>
    Object.keys(pods).map((name) => ({
      service: 'catalog',
      name,
      url: `http://${name}`,
      isReady: () => pods[name] === true,
    }))
  const fleet: Fleet = {refresh: async () => {}, replicas}
  const catchUp = async ({name}: SwitchedReplica): Promise<boolean> => {
    during.shift()?.()
    if (hears) told.push(name)
    return hears
  }
  return {
    told,
    clock,
    during,
    onChange: tellLatecomers(fleet, {catchUp}, clock),
    deafen: (deaf: boolean) => {
      hears = !deaf
    },
  }
}

describe('a pod that was not ready when switches were set', () => {
  it('is told once it is, and once only', async () => {
    const pods = {'catalog-1': true, 'catalog-2': false}
    const {onChange, clock, told} = shop(pods)
    onChange()
    await clock.advance(3_000)
    expect(told).toEqual([])
    pods['catalog-2'] = true
    await clock.advance(3_000)
    expect(told).toEqual(['catalog-2'])
    expect(clock.pending()).toBe(0)
  })

  it('is told again when it did not hear', async () => {
    const pods = {'catalog-1': false}
    const {onChange, clock, told, deafen} = shop(pods)
    onChange()
    pods['catalog-1'] = true
    deafen(true)
    await clock.advance(2_000)
    deafen(false)
    await clock.advance(2_000)
    expect(told).toEqual(['catalog-1'])
  })

  it('is not forgotten when the switches are set again while others are told', async () => {
    const pods: Record<string, boolean> = {'catalog-1': false}
    const {onChange, clock, told, during} = shop(pods)
    onChange()
    pods['catalog-1'] = true
    during.push(() => {
      pods['catalog-2'] = false
      onChange()
    })
    await clock.advance(1_000)
    pods['catalog-2'] = true
    await clock.advance(2_000)
    expect(told).toEqual(['catalog-1', 'catalog-2'])
  })

  it('has a minute from the last change on, and nobody looks after that', async () => {
    const pods: Record<string, boolean> = {'catalog-1': false}
    const {onChange, clock, told} = shop(pods)
    onChange()
    await clock.advance(50_000)
    onChange()
    await clock.advance(30_000)
    pods['catalog-1'] = true
    await clock.advance(2_000)
    expect(told).toEqual(['catalog-1'])
    pods['catalog-2'] = false
    onChange()
    await clock.advance(70_000)
    expect(clock.pending()).toBe(0)
  })
})
