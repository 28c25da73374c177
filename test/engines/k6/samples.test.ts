import {describe, expect, it} from 'vitest'
import {createSampleReader, type Sample} from '../../../src/engines/k6/samples.js'

const header = 'metric_name,timestamp,metric_value,error,error_code,name,scenario,status,extra_tags,metadata'
const at = '1795288802849001564'

const rowsOfRequest = (tags: string): string[] =>
  [
    ['http_reqs', 1],
    ['http_req_duration', 12.5],
    ['http_req_blocked', 2.25],
    ['http_req_connecting', 2],
    ['http_req_receiving', 1],
    ['http_req_failed', 0],
  ].map(([metric, value]) => `${metric},${at},${Number(value).toFixed(6)},${tags}`)

const read = (rows: readonly string[], size = Number.POSITIVE_INFINITY): Sample[] => {
  const told: Sample[] = []
  const write = createSampleReader((sample) => told.push({...sample}))
  const text = `${[header, ...rows].join('\n')}\n`
  for (let start = 0; start < text.length; start += size) write(text.slice(start, start + size))
  return told
}

describe('the samples of k6', () => {
  const rows = [
    `shakedown_arrivals,${at},1.000000,,,browse,main,,,shakedown_n=7`,
    ...rowsOfRequest(',,browse,main,200,,shakedown_n=7'),
    `vus,${at},3.000000,,,,,,,`,
    `iterations,${at},1.000000,,,,main,,,shakedown_n=7`,
    `dropped_iterations,${at},1.000000,,,,main,,,`,
  ]
  const atMs = 1795288802849.0015
  const told = [
    {kind: 'started', scenario: 'main', n: 7, name: 'browse', atMs},
    {
      kind: 'request',
      scenario: 'main',
      n: 7,
      name: 'browse',
      endMs: atMs,
      tookMs: 14.75,
      ending: {status: 200},
    },
    {kind: 'finished', scenario: 'main', n: 7, atMs},
    {kind: 'dropped', scenario: 'main', count: 1},
  ]

  it('tell arrivals, requests with their whole time, ends and drops', () => {
    expect(read(rows)).toEqual(told)
  })

  it.each([1, 7, 64])('are the same in pieces of %d characters', (size) => {
    expect(read(rows, size)).toEqual(told)
  })

  it('leave out what belongs to setup and teardown', () => {
    expect(read(rowsOfRequest(',,login,,200,,'))).toEqual([])
  })

  it('read texts in quotes, with commas, quotes and line breaks in them', () => {
    const tags = '"unexpected EOF",1000,"a, ""b""\nc",main,0,,other=1&shakedown_n=12'
    expect(read(rowsOfRequest(tags), 5)).toMatchObject([
      {name: 'a, "b"\nc', n: 12, ending: {failure: 'closed'}},
    ])
  })
})
