import type {Outcome} from '../exit-codes.js'
import {clip, plain} from './layout.js'
import type {Reporter} from './reporter.js'
import {content, tag} from './xml.js'

/** A badge for a README or a wiki: the scenario and how its last run ended. */
const badge: Reporter = {
  summary: 'A badge as SVG: the scenario, and how it ended.',
  extension: 'svg',
  render: ({record, verdict}) => svgOf(clip(plain(record.header.plan.scenario.name), 40), verdict.outcome),
}
export default badge

/** Dark enough for white letters (a contrast of 4.5 and more); the word is there for those who see no colours. */
export const badgeColours = {
  pass: '#2e7d32',
  fail: '#c62828',
  inconclusive: '#8a6100',
  invalid: '#6d5500',
  error: '#ad1457',
  residual: '#b71c1c',
  interrupted: '#546e7a',
} as const satisfies Record<Outcome, string>

const height = 20
const margin = 7
const letters = 'fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11"'

/** Width in px, roughly that of 11 px Verdana; `textLength` makes every font keep to it. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => {
    if (/[ilj.,:;'|! ]/.test(letter)) return sum + 4
    if (/[mwMW@%]/.test(letter)) return sum + 10
    if (letter.charCodeAt(0) > 0x2e7f) return sum + 11
    return sum + (/[A-Z0-9]/.test(letter) ? 7.4 : 6.6)
  }, 0)

const svgOf = (label: string, outcome: Outcome): string => {
  const [left, right] = [Math.round(widthOf(label)), Math.round(widthOf(outcome))]
  const [split, width] = [left + 2 * margin, left + right + 4 * margin]
  const title = `${label}: ${outcome}`
  const text = (x: number, length: number, words: string): string =>
    `${tag('text', {x, y: 14, textLength: length, lengthAdjust: 'spacingAndGlyphs'})}>${content(words)}</text>`
  return [
    `${tag('svg', {xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title})}>`,
    `  <title>${content(title)}</title>`,
    `  <clipPath id="r"><rect width="${width}" height="${height}" rx="3"/></clipPath>`,
    '  <g clip-path="url(#r)">',
    `    <rect width="${split}" height="${height}" fill="#444"/>`,
    `    <rect x="${split}" width="${width - split}" height="${height}" fill="${badgeColours[outcome]}"/>`,
    '  </g>',
    `  <g ${letters}>`,
    `    ${text(margin, left, label)}`,
    `    ${text(split + margin, right, outcome)}`,
    '  </g>',
    '</svg>',
    '',
  ].join('\n')
}
