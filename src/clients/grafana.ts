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

/**
 * Writes annotations one after another, as the API takes them one by one, for at most `limitMs` in all.
 * Throws EnvironmentError at the first that is not taken, with how many were.
 * Source: grafana.com/docs, "Annotations HTTP API", "Create Annotation".
 */
export const writeAnnotations = async (
  grafana: Poster,
  annotations: readonly GrafanaAnnotation[],
  {limitMs, now, signal}: {limitMs: number; now: () => number; signal?: AbortSignal | undefined},
): Promise<void> => {
  const untilMs = now() + limitMs
  const headers = {'content-type': 'application/json', accept: 'application/json'}
  for (const [index, annotation] of annotations.entries()) {
    try {
      const left = Math.max(1, untilMs - now())
      const body = JSON.stringify(annotation)
      await grafana.post({path: '/api/annotations', headers, body, limitMs: left, signal})
    } catch (cause) {
      signal?.throwIfAborted()
      const refused = /status 40[13]/.test(messageOf(cause))
      throw new EnvironmentError(
        `${messageOf(cause)}; ${index} of ${annotations.length} annotations were written`,
        {
          hint: refused
            ? `Set ${grafanaToken} to the token of a service account that may write annotations.`
            : 'shakedown report RECORD --grafana URL writes them later.',
          cause,
        },
      )
    }
  }
}
