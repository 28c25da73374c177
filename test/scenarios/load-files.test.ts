import {createHash} from 'node:crypto'
import {mkdtemp, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {describe, expect, it} from 'vitest'
import {loadScenario} from '../../src/scenarios/load.js'
import {ProblemsError} from '../../src/scenarios/problems.js'
import {vocabulary} from '../fakes/scenario-vocabulary.js'

/** A folder with a scenario whose load these lines are, and with other files. */
const folderWith = async (load: string[], files: Record<string, string | Buffer>): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'shakedown-load-files-'))
  const scenario = [
    'name: small',
    'target: reference',
    'load:',
    ...load.map((line) => `  ${line}`),
    'phases: {baseline: 10s, fault: 10s, recovery: 10s}',
    'objectives: [{name: one, good: g, total: t, target: 99%}]',
  ]
  await Promise.all(
    Object.entries({...files, 's.yaml': scenario.join('\n')}).map(([name, text]) =>
      writeFile(join(folder, name), text),
    ),
  )
  return folder
}

const loaded = async (load: string[], files: Record<string, string | Buffer>) =>
  await loadScenario(join(await folderWith(load, files), 's.yaml'), vocabulary)

/** Problems without the folder. */
const problemsOf = async (load: string[], files: Record<string, string | Buffer> = {}): Promise<string[]> => {
  const folder = await folderWith(load, files)
  try {
    await loadScenario(join(folder, 's.yaml'), vocabulary)
    return []
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error
    return error.message
      .split('\n  ')
      .slice(1)
      .map((problem) => problem.replace(`${folder}/`, ''))
  }
}

const profile = 'profile: {constant: 1/s}'

describe('the files of a load', () => {
  it('are read into it, and noted with what they were', async () => {
    const csv = 'email,age\na@x,7\n'
    const {scenario, warnings} = await loaded(
      [
        profile,
        'data: {users: users.csv, ids: ids.json, own: [1]}',
        'requests:',
        '  - {name: a, post: "/{{pick users.email}}/{{next ids}}", body-file: a.txt, expect: [2xx, 404], tags: {tier: 1}}',
        '  - {name: b, put: /b, body-file: b.bin, expect: 201}',
      ],
      {
        'users.csv': `\ufeff${csv}`,
        'ids.json': '[1, 2]',
        'a.txt': 'n={{sequence}}\n',
        'b.bin': Buffer.from([0xff, 0]),
      },
    )
    expect(warnings).toEqual([])
    const {load} = scenario
    expect(load.data).toEqual({users: [{email: 'a@x', age: '7'}], ids: [1, 2], own: [1]})
    expect(load.streams[0]?.requests).toMatchObject([
      {name: 'a', body: 'n={{sequence}}\n', expect: ['2xx', 404], tags: {tier: '1'}},
      {name: 'b', bodyBase64: '/wA=', expect: [201]},
    ])
    const sha256 = createHash('sha256').update(`\ufeff${csv}`).digest('hex')
    expect(load.files?.[0]).toEqual({path: 'users.csv', sha256, bytes: csv.length + 3})
    expect(load.files?.map(({path}) => path)).toEqual(['users.csv', 'ids.json', 'a.txt', 'b.bin'])
  })

  it('may be a log, whose times are taken at the speed asked for', async () => {
    const log = '{"offsetMs": 0, "path": "/a"}\n{"offsetMs": 3000, "path": "/b", "method": "POST"}\n'
    const {scenario, warnings} = await loaded(['replay: {file: a.jsonl, speed: 2, endpoint: edge}'], {
      'a.jsonl': log,
    })
    expect(scenario.load.streams).toEqual([
      {
        name: 'replay',
        profile: {kind: 'replay', perSecond: [1, 1], speed: 2},
        requests: [],
        replay: {
          path: 'a.jsonl',
          speed: 2,
          endpoint: 'edge',
          entries: [
            {atMs: 0, name: 'GET /a', method: 'GET', path: '/a'},
            {atMs: 1500, name: 'POST /b', method: 'POST', path: '/b'},
          ],
        },
      },
    ])
    expect(warnings.map(({message, line, column}) => `${line}:${column} ${message}`)).toEqual([
      '4:18 requests of a.jsonl that usually have a body, which the log does not hold, are sent without: 1',
      '4:18 ends at 1.5s: the run of 33s has no load from then on',
    ])
  })

  it('may be a log that goes on after the run, which is odd but no error', async () => {
    const log = '{"offsetMs": 40000, "path": "/a"}\n'
    const told = async (replay: string): Promise<string[]> =>
      (await loaded([`replay: ${replay}`], {'a.jsonl': log})).warnings.map(({message}) => message)
    expect(await told('a.jsonl')).toEqual(['goes on until 40s: the run of 33s cuts it off'])
    expect(await told('{file: a.jsonl, speed: 1.25}')).toEqual([])
  })

  it('are told with their own lines and columns, or those of the scenario, all together', async () => {
    const load = [
      profile,
      'data:',
      '  users: users.csv',
      '  none: none.json',
      '  bad: bad.csv',
      '  empty: empty.json',
      '  what: what.txt',
      'requests: [{name: a, post: /a, body-file: gone.bin}]',
    ]
    const files = {
      'users.csv': 'a,b,c,d\n1,2,3,4\n1,2,3\n',
      'bad.csv': Buffer.from('a,b\n1,2\n\xe9,3\n', 'latin1'),
      'empty.json': ' \n',
    }
    expect((await problemsOf(load, files)).sort()).toEqual(
      [
        'bad.csv:3:1 is not UTF-8 text: save the file as UTF-8',
        'empty.json:1:1 the file is empty',
        's.yaml:11:45 load.requests[0].body-file: cannot read gone.bin: there is no such file',
        's.yaml:7:11 load.data.none: cannot read none.json: there is no such file',
        's.yaml:10:11 load.data.what: expected a list, or the path of a .csv or .json file',
        'users.csv:3:6 expected 4 fields, found 3',
      ].sort(),
    )
  })
})

describe('a load', () => {
  it('has its flows read, with times to think and what is taken out of answers', async () => {
    const {scenario} = await loaded(
      [
        profile,
        'flows:',
        '  - name: buy',
        '    cookies: true',
        '    steps:',
        '      - {name: login, post: /login, extract: {token: {json: /auth/token}, s: {header: X-S}}}',
        '      - think: 1s',
        '      - think: {from: 1s, to: 3s}',
        '      - {name: pay, post: "/pay?s={{s}}", headers: {authorization: "Bearer {{token}}"}}',
      ],
      {},
    )
    expect(scenario.load.streams[0]?.flows).toMatchObject([
      {
        name: 'buy',
        weight: 1,
        cookies: true,
        steps: [
          {
            kind: 'request',
            extract: {token: {json: '/auth/token'}, s: {header: 'X-S'}},
            request: {name: 'login', method: 'POST'},
          },
          {kind: 'think', minMs: 1000, maxMs: 1000},
          {kind: 'think', minMs: 1000, maxMs: 3000},
          {kind: 'request', extract: {}, request: {name: 'pay', path: '/pay?s={{s}}'}},
        ],
      },
    ])
  })

  it.each<[string[], string[]]>([
    [
      [profile, 'data: {u: u.csv}', 'requests: [{name: a, get: "/{{pick u.emial}}"}]'],
      ['6:29 load.requests[0].get: entry 1 of the list "u" has no field "emial": did you mean "email"?'],
    ],
    [
      [profile, 'requests: [{name: a, post: /a, body: {x: ["{{token}}"]}, headers: {x: "{{random 2 1}}"}}]'],
      [
        '5:40 load.requests[0].body: unknown template {{token}} (known: pick, next, uuid, sequence, random)',
        '5:73 load.requests[0].headers.x: random takes two whole numbers, the smaller first: {{random 1 6}}',
      ],
    ],
    [
      [
        profile,
        'flows:',
        '  - name: f',
        '    steps:',
        '      - {name: a, get: "/{{token}}", extract: {token: {json: token.x}, uuid: {header: x}}}',
        '      - {name: a, get: "/{{token}}"}',
      ],
      [
        '8:26 load.flows[0].steps[0].get: unknown template {{token}} (known: pick, next, uuid, sequence, random)',
        '8:64 load.flows[0].steps[0].extract.token.json: a JSON pointer starts with "/": "/token/x"?',
        '8:74 load.flows[0].steps[0].extract.uuid: is the name of a template',
        '9:18 load.flows[0].steps[1].name: the name "a" is taken by an earlier request or step',
      ],
    ],
    [
      [profile, 'requests: [{name: a, get: "{{uuid}}"}]'],
      ['5:29 load.requests[0].get: expected a path that starts with "/", or with a value of an earlier step'],
    ],
    [
      [profile, 'flows: [{name: f, steps: [{think: {from: 3s, to: 1s}}]}]'],
      ['5:37 load.flows[0].steps[0].think: "from" is longer than "to"'],
    ],
    [
      [profile, 'requests: [{name: a, post: /a, body: x, body-file: u.csv}]'],
      ['5:54 load.requests[0].body-file: takes only one of "body", "body-file"'],
    ],
    [
      [profile, 'requests: [{name: a, get: /a, expect: [2xx, 1000], tags: {code: x}}]'],
      [
        '5:47 load.requests[0].expect[1]: expected a status such as 404, or a class such as "2xx"',
        '5:61 load.requests[0].tags.code: is a label that the metrics have already',
      ],
    ],
    [[profile], ['4:3 load.requests: missing: expected "requests" or "flows", or "replay" in place of both']],
    [
      [profile, 'replay: u.csv'],
      [
        '4:12 load.profile: stands beside "replay", which says itself what is sent and when',
        'u.csv:1:1 expected an access log line: host - user [10/Oct/2025:13:55:36 +0000] "GET /path HTTP/1.1" 200 123',
        'u.csv:2:1 expected an access log line: host - user [10/Oct/2025:13:55:36 +0000] "GET /path HTTP/1.1" 200 123',
      ],
    ],
  ])('%j is told what is wrong with it, and where', async (load, problems) => {
    const found = await problemsOf(load, {'u.csv': 'email\na@x\n'})
    expect(found.map((problem) => problem.replace('s.yaml:', '')).sort()).toEqual(problems.sort())
  })
})
