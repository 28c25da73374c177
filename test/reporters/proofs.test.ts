import {describe, expect, it} from 'vitest'
import {junitProofs} from '../../src/reporters/proofs/junit.js'
import {markdownProofs} from '../../src/reporters/proofs/markdown.js'
import {pageOfProofs} from '../../src/reporters/proofs/page.js'
import {terminalProofs} from '../../src/reporters/proofs/terminal.js'
import type {Finding, Proof} from '../../src/verdict/proof/proof.js'

const proof = (finding: Finding, change: Partial<Proof> = {}): Proof => ({
  proofVersion: 1,
  scenario: `is-${finding}`,
  proves: ['retry'],
  finding,
  summary: 'what <was> seen',
  advice: finding === 'proven' ? [] : ['Do | this.'],
  cells: [
    {fault: 'off', protection: 'on', outcome: 'held', missed: []},
    {fault: 'on', protection: 'on', outcome: 'missed', missed: ['a "fast" answer']},
    {fault: 'off', protection: 'off', outcome: 'not run', missed: []},
    {fault: 'on', protection: 'off', outcome: 'not run', missed: []},
  ],
  runs: [{protection: 'on', outcome: 'fail', summary: '', runId: 'r', record: 'runs/r', seed: 1}],
  ...change,
})
const all = (['proven', 'disproven', 'vacuous', 'undecided'] as const).map((finding) => proof(finding))

describe('the reports of proofs', () => {
  it('count the findings', () => {
    for (const text of [terminalProofs(all, {color: false, width: 80}), markdownProofs(all)])
      expect(text).toContain('1 proven, 1 disproven, 1 vacuous, 1 undecided')
  })

  it('fail a disproven and a vacuous one in JUnit, and skip an undecided one', () => {
    const xml = junitProofs(all)
    expect(xml).toContain('tests="4" failures="2" errors="0" skipped="1"')
    expect(xml.match(/<failure type="(disproven|vacuous)"/g)).toHaveLength(2)
    expect(xml).toContain('what &lt;was&gt; seen')
  })

  it('show the four cells, and keep within the width', () => {
    const text = terminalProofs(all, {color: false, width: 60})
    expect(text).toMatch(/fault, protected +missed "a "fast" answer"/)
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(60)
  })

  it('let no text from outside make markup', () => {
    const hostile = markdownProofs([proof('vacuous', {scenario: '<b>|x', summary: '@all'})])
    expect(hostile).not.toContain('<b>')
    expect(hostile).not.toContain('@all')
  })

  it('are a page with each table, and a link to the page of each run', () => {
    const page = pageOfProofs(all, {css: '', linkOf: ({runId}) => `${runId}/report.html`})
    expect(page).toContain('<title>Proofs: 1 proven, 1 disproven, 1 vacuous, 1 undecided</title>')
    expect(
      page.match(/<tr><td>fault<\/td><td>missed &quot;a &quot;fast&quot; answer&quot;<\/td><td>not run/g),
    ).toHaveLength(4)
    expect(page.match(/<a href="r\/report\.html">protection on<\/a>/g)).toHaveLength(4)
    expect(page).toContain('what &lt;was&gt; seen.')
    expect(page).toMatch(/class="word fail">✘ DISPROVEN/)
    expect(page).not.toContain('<script')
  })
})
