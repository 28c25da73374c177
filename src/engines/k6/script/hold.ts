import {sleep} from 'k6'
import http from 'k6/http'
import type {Json} from '../../../system/json.js'
import {type HoldMessage, loadTag} from './messages.js'

/*
 * Runs inside k6 where another starts it before its time: in a pod that nobody but the API server reaches. What to do is
 * told over k6's own REST interface, as its setup data.
 */

const pauseSeconds = 0.02
const tags = {name: 'begin', [loadTag.key]: loadTag.gate}

const ask = (method: 'GET' | 'PUT', url: string, message?: HoldMessage): HoldMessage | undefined => {
  const body = message === undefined ? null : JSON.stringify(message)
  const answer = http.request(method, url, body, {timeout: '10s', tags, throw: true})
  // We are the only ones who write there.
  return (JSON.parse(answer.body) as {data?: {attributes?: {data?: HoldMessage}}}).data?.attributes?.data
}

/** Waits until told to begin; runs the script's own setup when told to, and says what it made. */
export const hold = async (url: string, setUp?: () => unknown): Promise<HoldMessage> => {
  for (;;) {
    const told = ask('GET', url)
    if (told?.step === 'begin') return told
    if (told?.step === 'setup') {
      // What a setup returns must be JSON for k6, too.
      const data = ((await setUp?.()) ?? null) as Json
      ask('PUT', url, {step: 'made', data})
    }
    sleep(pauseSeconds)
  }
}
