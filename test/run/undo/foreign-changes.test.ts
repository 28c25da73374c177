import {expect, it} from 'vitest'
import type {ProxyState, Toxic} from '../../../src/clients/toxiproxy.js'
import {foreignChanges} from '../../../src/run/undo/foreign-changes.js'

const toxic: Toxic = {
  name: 'theirs',
  type: 'latency',
  stream: 'upstream',
  toxicity: 1,
  attributes: {latency: 5, jitter: 0},
}
const proxy: ProxyState = {name: 'p', listen: '127.0.0.1:1', upstream: 'db:2', enabled: true, toxics: [toxic]}

it.each<[string, ProxyState | undefined, RegExp[]]>([
  ['nothing', proxy, []],
  ['what the run itself has left', {...proxy, toxics: [toxic, {...toxic, name: 'run-1_f1'}]}, []],
  ['a proxy that is gone', undefined, [/proxy p is gone/]],
  ['a closed one', {...proxy, enabled: false}, [/proxy p is closed now/]],
  ['another address', {...proxy, listen: '127.0.0.1:9'}, [/listens on 127.0.0.1:9, before on 127.0.0.1:1/]],
  ['another upstream', {...proxy, upstream: 'db:3'}, [/leads to db:3, before to db:2/]],
  ['a toxic that is gone', {...proxy, toxics: []}, [/has lost toxic theirs/]],
  ['a toxic that came', {...proxy, toxics: [toxic, {...toxic, name: 'x'}]}, [/has got toxic x \(latency\)/]],
  [
    'a toxic that was changed',
    {...proxy, toxics: [{...toxic, toxicity: 0.5}]},
    [/toxic theirs of proxy p was changed to {"latency":5,"jitter":0,"toxicity":0.5}/],
  ],
  [
    'a toxic of another run',
    {...proxy, toxics: [toxic, {...toxic, name: 'run-11_f1'}]},
    [/has got toxic run-11_f1/],
  ],
])('tells %s', (_, after, expected) => {
  const told = foreignChanges([proxy], after ? {p: after, other: proxy} : {other: proxy}, 'run-1')
  expect(told).toEqual(expected.map((pattern) => expect.stringMatching(pattern)))
})
