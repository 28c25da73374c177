import {describe, expect, it} from 'vitest'
import {loadReporter, reporterNames} from '../../src/reporters/index.js'
import {variantReport, variants} from '../fakes/record-variants.js'

const options = {color: false, width: 80}

// The page is tested by what it holds (html.test.ts): a snapshot of it would be mostly a library.
describe.each(reporterNames.filter((name) => name !== 'html'))('%s', (name) => {
  it.each(variants)('shows a run that is "%s"', async (variant) => {
    const reporter = await loadReporter(name)
    const path = `./__snapshots__/${name}-${variant.replace(' ', '-')}.snap`
    await expect(reporter.render(variantReport(variant), options)).toMatchFileSnapshot(path)
  })
})
