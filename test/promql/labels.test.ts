import {describe, expect, it} from 'vitest'
import {evaluateInstant, memoryStorage} from '../../src/promql/index.js'

const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString', 'valueOf', 'prototype'] as const

/** Object literals and spreads would take `__proto__` for the prototype. */
const labelsOf = (...pairs: [string, string][]): Record<string, string> => Object.fromEntries(pairs)

const answersOf = (expression: string, name: string) => {
  const storage = memoryStorage([
    {labels: labelsOf(['__name__', 'a'], [name, 'x'], ['b', '1']), t: [0], v: [1]},
    {labels: labelsOf(['__name__', 'a'], [name, 'y'], ['b', '1']), t: [0], v: [2]},
    {labels: labelsOf(['__name__', 'a'], ['b', '1']), t: [0], v: [4]},
    {labels: labelsOf(['__name__', name], ['b', '1']), t: [0], v: [8]},
  ])
  const {value} = evaluateInstant(expression, storage, 0)
  if (value.type !== 'vector') throw new Error(`a ${value.type}`)
  return value.samples.map((sample) => [Object.entries(sample.labels).sort(), sample.value])
}

describe.each(names)('a label named %s', (name) => {
  it.each([
    [
      `a{${name}="x"}`,
      [
        [
          [
            ['__name__', 'a'],
            [name, 'x'],
            ['b', '1'],
          ],
          1,
        ],
      ],
    ],
    [
      `a{${name}=""}`,
      [
        [
          [
            ['__name__', 'a'],
            ['b', '1'],
          ],
          4,
        ],
      ],
    ],
    [
      `a{${name}=~".+"} > 1`,
      [
        [
          [
            ['__name__', 'a'],
            [name, 'y'],
            ['b', '1'],
          ],
          2,
        ],
      ],
    ],
    [
      `sum by (${name}) (a)`,
      [
        [[[name, 'x']], 1],
        [[[name, 'y']], 2],
        [[], 4],
      ],
    ],
    [
      `sum without (b) (a)`,
      [
        [[[name, 'x']], 1],
        [[[name, 'y']], 2],
        [[], 4],
      ],
    ],
    [`sum without (${name}) (a)`, [[[['b', '1']], 7]]],
    [
      `-a{${name}="y"}`,
      [
        [
          [
            [name, 'y'],
            ['b', '1'],
          ],
          -2,
        ],
      ],
    ],
    [`a{${name}="y"} * on (${name}) a`, [[[[name, 'y']], 4]]],
    [`a{${name}="y"} * ignoring (${name}) a{${name}="x"}`, [[[['b', '1']], 2]]],
    [
      `a{${name}=""} * on (b) group_left (${name}) a{${name}="y"}`,
      [
        [
          [
            [name, 'y'],
            ['b', '1'],
          ],
          8,
        ],
      ],
    ],
    [
      `label_replace(a{${name}=""}, "${name}", "z$1", "b", "(.)")`,
      [
        [
          [
            ['__name__', 'a'],
            [name, 'z1'],
            ['b', '1'],
          ],
          4,
        ],
      ],
    ],
    [
      `label_replace(a{${name}="x"}, "c", "$1", "${name}", "(.)")`,
      [
        [
          [
            ['__name__', 'a'],
            [name, 'x'],
            ['b', '1'],
            ['c', 'x'],
          ],
          1,
        ],
      ],
    ],
    [
      `label_join(a{${name}="x"}, "${name}", "-", "${name}", "b")`,
      [
        [
          [
            ['__name__', 'a'],
            [name, 'x-1'],
            ['b', '1'],
          ],
          1,
        ],
      ],
    ],
    [`count_values("${name}", a{${name}="x"})`, [[[[name, '1']], 1]]],
    [`absent(nothing{${name}="x"})`, [[[[name, 'x']], 1]]],
    [
      `{"${name}"}`,
      [
        [
          [
            ['__name__', name],
            ['b', '1'],
          ],
          8,
        ],
      ],
    ],
    [`${name} + 0`, [[[['b', '1']], 8]]],
    [`max_over_time(${name}[1m:1m])`, [[[['b', '1']], 8]]],
  ])('is one like any other: %s', (expression, expected) => {
    const sorted = expected.map(([labels, value]) => [[...(labels as [string, string][])].sort(), value])
    expect(answersOf(expression, name)).toEqual(sorted)
  })
})
