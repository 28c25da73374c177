import {z} from 'zod'
import type {LoadStream} from '../scenario.js'
import {flow} from './load-flows.js'
import {profile} from './load-profile.js'
import {request} from './load-requests.js'

/** What a stream sends and when: keys of the load itself, and of each of its streams. */
export const streamKeys = {
  profile: profile.exactOptional().describe('Offered load over the whole run.'),
  poisson: z
    .boolean()
    .exactOptional()
    .describe('Arrivals at random (a Poisson process), as of many users apart, in place of even gaps.'),
  requests: z
    .array(request)
    .min(1)
    .exactOptional()
    .describe('What is sent; each arrival draws one of them, or a flow, by weight.'),
  flows: z
    .array(flow)
    .min(1)
    .exactOptional()
    .describe('Several requests one after another, as one user sends them; each arrival starts one.'),
}

type StreamKeys = Partial<Pick<LoadStream, 'profile' | 'requests' | 'flows'>> & {poisson?: boolean}

/** The stream that these keys describe; none without a profile: what is missing is told in load-check.ts. */
export const streamOf = (name: string, {profile, poisson, requests = [], flows}: StreamKeys): LoadStream[] =>
  profile === undefined
    ? []
    : [{name, profile, ...(poisson === true && {poisson}), requests, ...(flows !== undefined && {flows})}]

/** Several streams side by side, each with a rate of its own. */
export const streams = z
  .array(z.strictObject({name: z.string().min(1).describe('Name of the stream; unique.'), ...streamKeys}))
  .min(1)
  .exactOptional()
  .describe('Several loads side by side, each with a profile of its own, in place of profile and requests.')
