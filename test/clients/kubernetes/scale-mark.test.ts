import {expect, it} from 'vitest'
import {readScaleMark, scaleMark, unmarked} from '../../../src/clients/kubernetes/scale-mark.js'
import {runLabel} from '../../../src/system/run-label.js'

const field = (manager: string, subresource = 'scale', spec: object = {'f:replicas': {}}) => ({
  manager,
  operation: 'Update',
  ...(subresource === '' ? {} : {subresource}),
  fieldsV1: {'f:spec': spec},
})
const scaled = {run: '20261122-020304-cart-1a2b', was: 3}

it.each([
  ['nothing', [], undefined],
  ['our mark', [field(scaleMark(scaled))], scaled],
  [
    'our mark among others',
    [field('kubectl', ''), field(scaleMark({...scaled, was: 0}))],
    {...scaled, was: 0},
  ],
  ['what we scaled back', [field(unmarked)], undefined],
  ['what somebody else scaled', [field('kubectl')], undefined],
  ['our mark on something else than its scale', [field(scaleMark(scaled), 'status')], undefined],
  ['what is no such field', [{manager: scaleMark(scaled)}, null, 'x'], undefined],
])('of %s tells who scaled a workload, and from what', (_, fields, found) => {
  expect(readScaleMark(fields)).toEqual(found)
})

it('is no longer than the API server takes, however long the name of the run', () => {
  const run = runLabel(`20261122-020304-${'a-long-name-'.repeat(20)}-1a2b`)
  const mark = scaleMark({run, was: 100_000})
  expect(mark.length).toBeLessThanOrEqual(128)
  expect(readScaleMark([field(mark)])).toEqual({run, was: 100_000})
})
