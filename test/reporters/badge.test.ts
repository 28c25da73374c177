import {describe, expect, it} from 'vitest'
import badge, {badgeColours} from '../../src/reporters/badge.js'
import {hostileReport} from '../fakes/hostile-report.js'
import {type Element, parseXml} from '../fakes/junit-schemas.js'
import {variantReport, variants} from '../fakes/record-variants.js'

const parsed = (svg: string): Element => parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${svg}`)
const layout = {color: false, width: 80}

/** Relative luminance of a colour `#rrggbb` (WCAG 2.2). */
const luminance = (colour: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

describe('badge', () => {
  it.each(variants)('says the outcome of a run that is "%s" in words, for eyes and for ears', (variant) => {
    const report = variantReport(variant)
    const svg = parsed(badge.render(report, layout))
    const said = `payment-slow: ${report.verdict.outcome}`
    expect(svg.attributes).toMatchObject({role: 'img', 'aria-label': said})
    expect(svg.children.find(({name}) => name === 'title')?.text).toBe(said)
    expect(badge.render(report, layout)).toContain(badgeColours[report.verdict.outcome])
  })

  it.each(Object.entries(badgeColours))('is legible in white on the colour of %s', (_, colour) => {
    expect(1.05 / (luminance(colour) + 0.05)).toBeGreaterThanOrEqual(4.5)
  })

  it('stays an image whatever the name holds, and no wider than a line', () => {
    const svg = parsed(badge.render(hostileReport('fail', '<script>alert(1)</script>'.repeat(20)), layout))
    expect(Number(svg.attributes['width'])).toBeLessThan(500)
    expect(JSON.stringify(svg)).not.toContain('"name":"script"')
    expect(() => parsed(badge.render(hostileReport('pass'), layout))).not.toThrow()
  })
})
