import {describe, expect, it} from 'vitest'
import {createWorkers} from '../../src/service/workers.js'

/** Work that ends when it is told to, and writes down when it began. */
const jobs = () => {
  const began: number[] = []
  const ends: (() => void)[] = []
  const job = (index: number) => () =>
    new Promise<number>((resolve) => {
      began.push(index)
      ends[index] = () => resolve(index)
    })
  return {began, job, end: (index: number) => ends[index]?.()}
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('a few workers', () => {
  it('do so much at a time, in the order of asking, and the line grows without end', async () => {
    const {began, job, end} = jobs()
    const workers = createWorkers(2)
    const done = [0, 1, 2, 3, 4].map((index) => workers.run(job(index)))
    await settle()
    expect([began, workers.waiting()]).toEqual([[0, 1], 3])
    end(1)
    expect(await done[1]).toBe(1)
    await settle()
    expect([began, workers.waiting()]).toEqual([[0, 1, 2], 2])
    for (const index of [0, 2, 3]) {
      end(index)
      await settle()
    }
    expect([began, workers.waiting()]).toEqual([[0, 1, 2, 3, 4], 0])
    end(4)
    await Promise.all(done)
  })

  it('are free again after work that failed', async () => {
    const workers = createWorkers(1)
    await expect(workers.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(await workers.run(() => Promise.resolve('done'))).toBe('done')
    expect(await Promise.all([1, 2].map((value) => workers.run(() => Promise.resolve(value))))).toEqual([
      1, 2,
    ])
  })
})
