import {describe, expect, it} from 'vitest'
import {createMetrics} from '../../reference/src/service/metrics.js'
import {families} from '../../src/plan/load-metrics/state.js'
import {parse, selectorsOf} from '../../src/promql/index.js'
import {dashboard} from '../../src/reporters/dashboard/dashboard.js'
import {familiesOf} from '../../src/reporters/metric-families.js'
import {variantReport} from '../fakes/record-variants.js'

interface PanelJson {
  id: number
  type: string
  title: string
  description?: string
  datasource?: {type: string; uid: string}
  gridPos: {x: number; y: number; w: number; h: number}
  targets?: {refId: string; expr: string; datasource: {uid: string}}[]
}

// What the command prints, read as a program would.
const json = JSON.parse(JSON.stringify(dashboard())) as {
  schemaVersion: number
  uid: string
  panels: PanelJson[]
  templating: {list: {name: string; type: string}[]}
  annotations: {list: {target: {tags: string[]}}[]}
}
const drawn = json.panels.filter(({type}) => type !== 'row')

/** As Grafana fills them in. */
const filled = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '1m').replaceAll('$__range', '1h').replaceAll('$scenario', '.*')

const queries = drawn.flatMap(({title, targets = []}) =>
  targets.map(({expr}): [string, string] => [title, filled(expr)]),
)

const suffixes = /_(bucket|sum|count)$/

const known = async (): Promise<Set<string>> => {
  const metrics = createMetrics()
  // Made when a service has workers.
  metrics.watchWaiting(() => 0)
  const reference = await metrics.registry.getMetricsAsJSON()
  const own = familiesOf(variantReport('pass')).map(({name}) => name)
  return new Set([...Object.keys(families), ...own, ...reference.map(({name}) => name)])
}

describe('the dashboard', () => {
  it.each(queries)('has a query in "%s" that parses and names metrics that exist: %s', async (_, expr) => {
    expect(expr).not.toContain('$')
    const names = selectorsOf(parse(expr)).map(({text}) => /^[\w:]+/.exec(text)?.[0] ?? '')
    expect(names.length).toBeGreaterThan(0)
    const all = await known()
    for (const name of names) expect(all.has(name) || all.has(name.replace(suffixes, '')), name).toBe(true)
  })

  it('names its datasource by a variable in every panel and query', () => {
    expect(json.templating.list.map(({name, type}) => [name, type])).toContainEqual([
      'datasource',
      'datasource',
    ])
    for (const {datasource, targets = []} of drawn) {
      expect(datasource).toEqual({type: 'prometheus', uid: '$datasource'})
      expect(targets.every((target) => target.datasource.uid === '$datasource')).toBe(true)
    }
  })

  it('has panels with ids of their own that stand in the grid and beside each other', () => {
    expect(new Set(json.panels.map(({id}) => id)).size).toBe(json.panels.length)
    const cells = json.panels.flatMap(({gridPos: {x, y, w, h}}) =>
      Array.from({length: w * h}, (_, at) => `${x + (at % w)},${y + Math.floor(at / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(json.panels.every(({gridPos: {x, w}}) => x >= 0 && x + w <= 24)).toBe(true)
  })

  it('tells what every panel shows, and gives its queries letters', () => {
    for (const {title, description, targets = []} of drawn) {
      expect(title).not.toBe('')
      expect(description).toMatch(/\.$/)
      expect(targets.map(({refId}) => refId)).toEqual(['A', 'B', 'C', 'D'].slice(0, targets.length))
    }
  })

  it('shows what --grafana writes, by its tags', () => {
    const tags = json.annotations.list.map(({target}) => target.tags)
    expect(tags).toEqual([
      ['shakedown', 'phase'],
      ['shakedown', 'fault'],
      ['shakedown', 'guard'],
    ])
  })

  it('uses every metric of the results, but those for alerts', () => {
    const unused = familiesOf(variantReport('pass'))
      .map(({name}) => name)
      .filter((name) => !queries.some(([, expr]) => expr.includes(name)))
    expect(unused).toEqual([
      'shakedown_run_info',
      'shakedown_run_exit_code',
      'shakedown_run_started_timestamp_seconds',
      'shakedown_run_ended_timestamp_seconds',
      'shakedown_run_duration_seconds',
      'shakedown_run_check',
    ])
  })
})
