import type {z} from 'zod'
import type {ProbeResult} from '../clients/probe.js'

/** The options that every fault on an edge has. */
export interface EdgeOptions {
  edge: string
  direction: 'downstream' | 'upstream'
  toxicity: number
}

/** What is needed to take a toxic out again, and what a healthy probe looked like before. */
export interface ToxicInverse {
  [key: string]: string | string[] | Record<string, number>
  toxic: string
  proxies: string[]
  healthyMs: Record<string, number>
}

/** One toxic as a fault: its Toxiproxy type, its attributes, its words, and how a probe tells that it bites. */
export interface ToxicFault<Options extends EdgeOptions> {
  summary: string
  example: string
  type: string
  options: z.ZodType<Options>
  attributes(options: Options): Record<string, number>
  does(options: Options): string
  /** Longest that one probe waits. */
  probeLimitMs: number
  /** Whether the result can only be explained by the toxic. `undefined`: a probe cannot tell. */
  bites(result: ProbeResult, healthyMs: number, options: Options): boolean | undefined
}
