import {EnvironmentError, messageOf} from '../errors.js'
import type {Environment} from '../system/environment.js'
import {openPoster, type Poster} from './poster.js'

/** A mark on Grafana's graphs: a region from `time` to `timeEnd`, both in epoch ms, or a point in time. */
export interface GrafanaAnnotation {
  time: number
  timeEnd?: number
  tags: string[]
  text: string
}

const grafanaToken = 'GRAFANA_TOKEN'

/** Opens a Grafana with the token of GRAFANA_TOKEN, if there is one. Throws UserError for what is no URL. */
export const openGrafana = (address: string, environment: Environment): Poster =>
  openPoster({
    what: 'Grafana',
    flag: 'grafana',
    address,
    access: environment[grafanaToken] ? {bearer: {env: grafanaToken}} : {},
    environment,
  })

interface Limits {
  limitMs: number
  now: () => number
  signal?: AbortSignal | undefined
}

const path = '/api/annotations'
const accept = {accept: 'application/json'}
/** More than any run has: each is a phase, a fault or a guard. */
const mostFound = 5_000

/**
 * Writes annotations one after another, as the API takes them one by one, for at most `limitMs` in all; those that are
 * there already are left, so that sending twice, or once more after half of them, leaves each once. Throws EnvironmentError
 * at the first that is not taken, with how many were. Source: grafana.com/docs, "Annotations HTTP API", "Find Annotations"
 * and "Create Annotation".
 */
export const writeAnnotations = async (
  grafana: Poster,
  annotations: readonly GrafanaAnnotation[],
  {limitMs, now, signal}: Limits,
): Promise<void> => {
  const untilMs = now() + limitMs
  const left = () => ({limitMs: Math.max(1, untilMs - now()), signal})
  const headers = {...accept, 'content-type': 'application/json'}
  let written = 0
  try {
    const there = await found(grafana, annotations, left())
    for (const annotation of annotations) {
      if (!there.has(identityOf(annotation)))
        await grafana.post({path, headers, body: JSON.stringify(annotation), ...left()})
      written++
    }
  } catch (cause) {
    signal?.throwIfAborted()
    const refused = /status 40[13]/.test(messageOf(cause))
    throw new EnvironmentError(
      `${messageOf(cause)}; ${written} of ${annotations.length} annotations were written`,
      {
        hint: refused
          ? `Set ${grafanaToken} to the token of a service account that may read and write annotations.`
          : 'shakedown report RECORD --grafana URL writes those that are missing later.',
        cause,
      },
    )
  }
}

/** A point ends when it begins, whether or not Grafana says so. */
const identityOf = ({time, timeEnd, text}: Pick<GrafanaAnnotation, 'time' | 'timeEnd' | 'text'>): string =>
  JSON.stringify([time, timeEnd || time, text])

/** What is there of these already: of those with the tags that all of these have. */
const found = async (
  grafana: Poster,
  annotations: readonly GrafanaAnnotation[],
  limits: {limitMs: number; signal: AbortSignal | undefined},
): Promise<Set<string>> => {
  const [first] = annotations
  const tags = (first?.tags ?? []).filter((tag) => annotations.every((one) => one.tags.includes(tag)))
  const query = [
    ...tags.map((tag) => ['tags', tag] as const),
    ['type', 'annotation'] as const,
    ['limit', String(mostFound)] as const,
  ]
  const answer = await grafana.get({path, query, headers: accept, ...limits})
  return new Set(listed(answer, grafana.url).map(identityOf))
}

/** Throws EnvironmentError for what is no list: whoever answers so is no Grafana. */
const listed = (answer: string, url: string): Pick<GrafanaAnnotation, 'time' | 'timeEnd' | 'text'>[] => {
  let list: unknown
  try {
    list = JSON.parse(answer)
  } catch {
    list = undefined
  }
  if (!Array.isArray(list)) throw new EnvironmentError(`What answers at ${url} does not speak Grafana's API`)
  return list.filter((one) => typeof one === 'object' && one !== null && typeof one.time === 'number')
}
