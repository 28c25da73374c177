import type {Cluster} from '../../clients/kubernetes/cluster.js'
import type {EndedRunner} from '../k6/cluster/ends-of-runners.js'
import type {PodState} from '../k6/cluster/pod-state.js'
import {createLog} from '../k6/log.js'
import {summaryMark} from '../k6/script/messages.js'

/** The end of a log is enough: the summary is the last that k6 says, and errors are kept few. */
const mostBytes = 400_000
const mostComplaints = 5

/** What k6 told by its log, and what the API server says of its end. */
export const readRunner = (pod: string, text: string, code: number | undefined): EndedRunner => {
  const log = createLog()
  const complaints: string[] = []
  let summary: EndedRunner['summary']
  for (const line of text.split('\n')) {
    if (line.startsWith(summaryMark)) summary = JSON.parse(line.slice(summaryMark.length))
    else if (line.startsWith('{')) log.write(`${line}\n`)
    else if (/level=(error|fatal)/.test(line)) log.write(`${line}\n`)
    else if (line.trim() !== '' && complaints.length < mostComplaints)
      complaints.push(line.trim().slice(0, 500))
  }
  return {pod, log, code, isComplete: code !== undefined, complaints, summary}
}

/** Reads the log of a runner; what cannot be read any more says nothing. */
export const runnerOf = async (
  cluster: Pick<Cluster, 'logs'>,
  {name, ended}: PodState,
): Promise<EndedRunner> => {
  const text = await cluster.logs(name, 'k6', mostBytes).catch(() => '')
  return readRunner(name, text, ended?.code)
}

/** How often a metric of k6's summary was counted. */
export const countIn = ({summary}: EndedRunner, metric: string): number | undefined => {
  // k6's own words, as its documentation has them.
  const metrics = (summary as {metrics?: Record<string, {values?: {count?: number}}>} | undefined)?.metrics
  return metrics === undefined ? undefined : (metrics[metric]?.values?.count ?? 0)
}
