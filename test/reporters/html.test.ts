import {describe, expect, it} from 'vitest'
import {readPageAssets} from '../../src/output/page-assets.js'
import html from '../../src/reporters/html.js'
import {makeReport} from '../../src/reporters/report.js'
import type {RunRecord} from '../../src/run/record.js'
import {judge} from '../../src/verdict/judge.js'
import {loadSecond, requestSecond} from '../fakes/record-load.js'
import {paymentSlowRecord} from '../fakes/record-payment-slow.js'
import {variantReport, variants} from '../fakes/record-variants.js'

const assets = await readPageAssets()
const pageOf = (change: (record: RunRecord) => void = () => {}): string => {
  const record = paymentSlowRecord()
  change(record)
  return html.render(makeReport(record, judge(record), 'runs/r/record.jsonl.gz'), {
    color: false,
    width: 80,
    assets,
  })
}
const dataOf = (page: string) => {
  const [, json = ''] = /<script type="application\/json" id="course">(.*?)<\/script>/s.exec(page) ?? []
  return JSON.parse(json)
}

describe('the page', () => {
  it.each(variants)('is made of a run that is "%s"', (variant) => {
    const report = variantReport(variant)
    const page = html.render(report, {color: false, width: 80, assets})
    expect(page).toContain(`<title>payment-slow: ${report.verdict.outcome}</title>`)
    expect(page.endsWith('</html>\n')).toBe(true)
  })

  it('asks nobody for anything', () => {
    const own = pageOf().replaceAll(assets.plotJs, '').replaceAll(assets.js, '')
    expect(own).not.toMatch(/(src|href)="?(https?:)?\/\//)
    expect(own).not.toMatch(/url\(["']?(?!#)/)
    expect(own).toContain("default-src 'none'")
  })

  it('holds the course of the run, second by second', () => {
    const {course, bands, marks} = dataOf(pageOf())
    expect(course.t).toHaveLength(75)
    expect(course.offered[10]).toBe(120)
    expect(course.outcomes['5xx'][30]).toBeGreaterThan(0)
    expect(course.p99[30]).toBeCloseTo(29, 0)
    expect(bands.map(({kind}: {kind: string}) => kind)).toEqual(['baseline', 'fault', 'recovery', 'injected'])
    expect(marks.map(({number}: {number: number}) => number)).toEqual([1, 2, 3, 4, 5])
  })

  it('draws what was done, what went wrong and what was noted, by its number in the timeline', () => {
    const page = pageOf((record) => {
      const event = (atMs: number) => ({kind: 'event', atMs: record.header.createdMs + atMs}) as const
      record.events.push(
        {...event(40_000), event: 'replica', replica: 'order-2', state: 'stopped', pid: 7, restarts: 0},
        {...event(41_000), event: 'note', message: 'pager went off'},
        {...event(42_000), event: 'guard-tripped', guard: 'half fails', message: 'it is 0.61'},
      )
    })
    const {marks} = dataOf(page)
    for (const text of ['order-2 is stopped', 'pager went off', 'guard "half fails" stopped the run']) {
      const {number} = marks.find((mark: {text: string}) => mark.text.startsWith(text))
      expect(page).toMatch(
        new RegExp(`<td class="n">${number}</td><td class="n">[^<]*</td><td>.*?${text.slice(0, 5)}`),
      )
    }
  })

  it('has a place for the numbers behind each of its plots', () => {
    const page = pageOf()
    const plots = [...page.matchAll(/<div class="plot" id="([^"]+)"/g)].map(([, id]) => id)
    expect(plots).toHaveLength(4)
    for (const id of plots) expect(page).toContain(`<details class="numbers" data-of="${id}">`)
  })

  it('keeps the health of the generator beside validity, and says where numbers come from', () => {
    const page = pageOf()
    expect(page).toMatch(/Validity and generator.*Generator: lateness p99 at worst/s)
    expect(page).toMatch(/<tr title="Counted by the load engine \(pacer\), second by second\nfault, /)
  })

  it('says that everything was undone only where the record knows it', () => {
    expect(pageOf()).toContain('Everything that was changed was undone.')
    const cutOff = pageOf((record) => {
      delete record.end
      record.events = record.events.filter(({event}) => event !== 'fault-undone')
    })
    expect(cutOff).not.toContain('Everything that was changed')
    expect(cutOff).toContain('it does not say that everything was undone')
    const stuck = pageOf((record) => {
      delete record.end
      const left = {fault: 'f1', message: 'no answer', remedy: 'delete the toxic'}
      record.events = record.events.filter(({event}) => event !== 'fault-undone')
      record.events.push({
        kind: 'event',
        atMs: record.header.createdMs + 60_000,
        event: 'undo-failed',
        ...left,
      })
    })
    expect(stuck).toContain('Still broken: f1: delete the toxic')
  })

  it('lets no text from outside become markup or script', () => {
    const evil = `"><script>alert(1)</script>'<img src=x onerror=alert(2)>`
    const page = pageOf((record) => {
      const {scenario} = record.header.plan
      scenario.name = evil
      scenario.summary = evil
      record.header.source.text = evil
      for (const objective of scenario.objectives) objective.name = evil
      for (const fault of record.header.plan.faults) fault.aim.does = evil
      for (const {requests} of record.load) requests[evil] = requestSecond(1)
      record.events.push({kind: 'event', atMs: record.header.createdMs, event: 'note', message: evil})
    })
    expect(page).not.toContain('<script>alert(1)')
    expect(page).not.toContain('<img src=x')
  })

  it('keeps an hour small, and many hours by their extremes', () => {
    const long = (seconds: number) =>
      pageOf((record) => {
        record.load = Array.from({length: seconds}, (_, at) =>
          loadSecond(at, {browse: at === 7_000 ? requestSecond(501) : requestSecond(90, {slow: at % 7})}),
        )
      })
    expect(long(3600).length).toBeLessThan(1.5e6)
    const {course} = dataOf(long(12_000))
    expect(course.t.length).toBeLessThanOrEqual(4000)
    expect(Math.max(...course.offered)).toBe(501)
  })

  it('is made of a run without a single request', () => {
    const page = pageOf((record) => {
      record.load = []
    })
    expect(dataOf(page).course.t).toEqual([])
  })
})
