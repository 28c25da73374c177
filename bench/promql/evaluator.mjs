// Our store and evaluator alone, in a process of its own. Makes the samples for itself, and answers each query with how
// long it took, in ms.
import {MetricStore} from '../../dist/metrics/store.js'
import {evaluateInstant, evaluateRange} from '../../dist/promql/index.js'
import {dataOf} from './data.mjs'

/** Runs until the parent goes away. */
export const serveEvaluator = (shape) => {
  const store = new MetricStore()
  for (const {labels, t, v} of dataOf(shape)) {
    const series = store.series(labels)
    for (let index = 0; index < t.length; index++) store.append(series, t[index], v[index])
  }
  process.on('message', ({expression, range, atMs}) => {
    const start = performance.now()
    if (range) evaluateRange(expression, store, range)
    else evaluateInstant(expression, store, atMs)
    process.send(performance.now() - start)
  })
  process.once('disconnect', () => process.exit())
  process.send('ready')
}
