import stringWidth from 'string-width'
import {describe, expect, it} from 'vitest'
import {againOf} from '../../src/reporters/phrases.js'
import terminal from '../../src/reporters/terminal.js'
import {variantReport, variants} from '../fakes/record-variants.js'

describe.each([20, 40, 60, 80])('the report on a terminal of %i columns', (width) => {
  it.each(variants)('keeps within them for a run that is "%s"', (variant) => {
    const report = variantReport(variant)
    const lines = terminal.render(report, {color: false, width}).split('\n')
    // What is to be copied is never broken.
    const whole = [report.recordPath, againOf(report)]
    const wide = lines.filter(
      (line) => stringWidth(line) > width && !whole.some((text) => line.endsWith(text)),
    )
    expect(wide).toEqual([])
    for (const text of whole) expect(lines.some((line) => line.endsWith(text))).toBe(true)
  })
})
