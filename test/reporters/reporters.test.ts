import {stripVTControlCharacters} from 'node:util'
import {describe, expect, it} from 'vitest'
import {UserError} from '../../src/errors.js'
import {levelsOf} from '../../src/plan/envelope.js'
import {loadReporter, reporterNames} from '../../src/reporters/index.js'
import {makeReport} from '../../src/reporters/report.js'
import type {Report} from '../../src/reporters/reporter.js'
import {judge} from '../../src/verdict/judge.js'
import {at} from '../fakes/record-judged.js'
import {type Variant, variantRecord, variantReport, variants} from '../fakes/record-variants.js'

const render = async (name: string, report: Report, {color = false, width = 80} = {}): Promise<string> =>
  (await loadReporter(name)).render(report, {color, width})

const nasty = 'a|b <script>&"\' `x` @all \u001b[31mred\u0007\u0000 \ud800 [link](http://x) ![i](y)\nnext'

const hostile = (variant: Variant): Report => {
  const report = variantReport(variant)
  report.record.header.plan.scenario.name = nasty
  for (const objective of report.verdict.objectives) {
    objective.name = nasty
    objective.message = nasty
  }
  for (const check of report.verdict.validity) check.message = nasty
  for (const moment of report.summary.timeline) moment.text = nasty
  for (const row of report.summary.load) row.request = nasty
  report.verdict.summary = nasty
  report.verdict.advice = [nasty]
  return report
}

describe('the registry', () => {
  it('has reporters with different extensions and a summary each', async () => {
    const all = await Promise.all(reporterNames.map(loadReporter))
    expect(new Set(all.map(({extension}) => extension)).size).toBe(all.length)
    expect(all.every(({summary}) => summary.endsWith('.'))).toBe(true)
  })

  it('says which reports there are', async () => {
    await expect(loadReporter('toString')).rejects.toThrow(UserError)
  })
})

describe('terminal', () => {
  it.each(variants)('keeps to 80 columns for a run that is "%s"', async (variant) => {
    const long = (await render('terminal', variantReport(variant)))
      .split('\n')
      .filter((line) => line.length > 80)
    expect(long).toEqual([])
  })

  it.each(variants)('says the same with colour for a run that is "%s"', async (variant) => {
    const report = variantReport(variant)
    const coloured = await render('terminal', report, {color: true})
    expect(coloured).toContain('\u001b[')
    expect(stripVTControlCharacters(coloured)).toBe(await render('terminal', report))
  })

  it('begins with the outcome in words', async () => {
    expect(await render('terminal', variantReport('fail'))).toMatch(
      /^✘ FAIL {2}payment-slow: missed: "checkout/,
    )
  })

  it('lets no text from outside drive the terminal', async () => {
    expect(await render('terminal', hostile('invalid'))).not.toMatch(/[^\P{Cc}\n]/u)
  })
})

/** A run whose only fault rose to its full strength and fell again, and was not felt. */
const envelopeReport = (): Report => {
  const record = variantRecord('invalid')
  const [fault] = record.header.plan.faults
  if (!fault) throw new Error('no fault')
  fault.envelope = {kind: 'ramp', upMs: 2_000, downMs: 1_000}
  fault.levels = levelsOf(fault.envelope, fault.startMs, fault.endMs)
  record.events.push(
    ...fault.levels.map(
      ({atMs, level}) => ({...at(atMs + 20), event: 'fault-level', fault: 'f1', level}) as const,
    ),
  )
  return makeReport(record, judge(record), 'record.jsonl.gz')
}

describe('a fault with an envelope', () => {
  it.each(['terminal', 'markdown'])(
    'is told with its strength by %s, and why it was not felt',
    async (name) => {
      const text = (await render(name, envelopeReport(), {width: 120}))
        .replaceAll('\\', '')
        .replace(/\s+/g, ' ')
      for (const part of [
        'strength rises over 2s, falls over its last 1s',
        'f1 latency is at 100% of its strength',
        'undone, its strength was ▃▇██',
        'did not take effect: 0 bytes crossed order-payment-1',
      ]) {
        expect(text).toContain(part)
      }
    },
  )
})

/** The texts of all elements and attributes, after a minimal check that the XML is well formed. */
const parsedXml = (xml: string): {open: string[]; texts: string[]} => {
  const open: string[] = []
  const stack: string[] = []
  const body = xml.replace(/^<\?xml[^?]*\?>\n/, '')
  const texts: string[] = []
  for (const [token, close, name, attributes, empty, text] of body.matchAll(
    /<(\/?)([\w-]+)((?:\s[\w-]+="[^"<]*")*)(\/?)>|([^<]+)/g,
  )) {
    if (text !== undefined) texts.push(text)
    else if (close) expect(stack.pop()).toBe(name)
    else {
      open.push(name ?? '')
      texts.push(attributes ?? '')
      if (!empty) stack.push(name ?? '')
    }
    expect(token).not.toMatch(/&(?!amp;|lt;|gt;|quot;|#\d+;)/)
  }
  expect(stack).toEqual([])
  return {open, texts}
}

describe('junit', () => {
  it.each(variants)('counts its cases right for a run that is "%s"', async (variant) => {
    const xml = await render('junit', variantReport(variant))
    const {open} = parsedXml(xml)
    const count = (tag: string): number => open.filter((name) => name === tag).length
    expect(xml).toContain(
      `tests="${count('testcase')}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`,
    )
  })

  it.each(variants.filter((variant) => variant !== 'pass'))(
    'is not green for a run that is "%s"',
    async (variant) => {
      const {open} = parsedXml(await render('junit', variantReport(variant)))
      expect(open.some((name) => ['failure', 'error', 'skipped'].includes(name))).toBe(true)
    },
  )

  it('passes no objective of an invalid run', async () => {
    const xml = await render('junit', variantReport('invalid'))
    expect(parsedXml(xml).open.filter((name) => name === 'skipped')).toHaveLength(5)
    expect(xml).toContain('<error type="invalid"')
  })

  it('stays XML whatever the texts hold', async () => {
    const xml = await render('junit', hostile('invalid'))
    expect(parsedXml(xml).texts.join('')).toContain('&lt;script&gt;&amp;&quot;')
    expect(xml).not.toMatch(/[^\P{Cc}\n]|\p{Cs}/u)
  })
})

describe('markdown', () => {
  it('keeps every table row to its columns, whatever the texts hold', async () => {
    const lines = (await render('markdown', hostile('fail')))
      .split('\n')
      .filter((line) => line.startsWith('|'))
    const cells = lines.map((line) => line.split(/(?<!\\)\|/).length)
    const separators = lines.flatMap((line, index) => (/^\|( --- \|)+$/.test(line) ? [index] : []))
    expect(separators).toHaveLength(3)
    for (const [index, cell] of cells.entries()) {
      const table = separators.findLast((separator) => separator <= index + 1)
      expect(cell).toBe(cells[table ?? 0])
    }
  })

  it('lets no markup, mention or HTML through', async () => {
    const text = await render('markdown', hostile('fail'))
    expect(text).not.toContain('<script>')
    expect(text).not.toContain('@all')
    expect(text).not.toMatch(/(?<!\\)\[link/)
    expect(text).not.toMatch(/(?<!\\)`x/)
  })
})

describe('json', () => {
  it.each([
    ['pass', 0],
    ['fail', 1],
    ['guard', 1],
    ['inconclusive', 3],
    ['no data', 3],
    ['invalid', 3],
    ['cut off', 3],
    ['residual', 5],
    ['interrupted', 130],
  ] as const)('gives a run that is "%s" the exit code %i', async (variant, exitCode) => {
    const document: unknown = JSON.parse(await render('json', variantReport(variant)))
    expect(document).toMatchObject({verdictVersion: 1, recordVersion: 1, exitCode, run: {seed: 4711}})
  })

  it('keeps numbers that JSON does not have', async () => {
    const report = variantReport('pass')
    const [first] = report.verdict.objectives
    if (first) first.estimate = Number.POSITIVE_INFINITY
    expect(await render('json', report)).toContain('"estimate": "Infinity"')
  })
})
