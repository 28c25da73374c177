import type {z} from 'zod'
import type {ProbeResult, ProbeWatch} from '../../clients/probe.js'

/** The options that every fault on an edge has. */
export interface EdgeOptions {
  edge: string
  direction: 'downstream' | 'upstream'
  toxicity: number
  'fresh-connections': boolean
}

/** What is needed to take a toxic out again, and what the edge looked like before. */
export interface ToxicInverse {
  [key: string]: string | string[] | Record<string, number>
  toxic: string
  proxies: string[]
  /** Proxies that are closed and opened around the injection: whoever undoes opens those that were left closed. */
  reopen: string[]
  /** How long a probe through each proxy took. */
  healthyMs: Record<string, number>
  /** The toxics that were there before, as JSON, none when left out: how long a probe took was their doing too. */
  beside?: string[]
  /** What the proxies had counted (EdgeTraffic); empty when the server has no live metrics. */
  before: Record<string, number>
}

/** One toxic as a fault: its Toxiproxy type, its attributes, its words, and how a probe tells that it bites. */
export interface ToxicFault<Options extends EdgeOptions> {
  summary: string
  example: string
  type: string
  options: z.ZodType<Options>
  attributes(options: Options): Record<string, number>
  does(options: Options): string
  /**
   * The options of the same fault at a strength between 0 and 1, both excluded. Left out where there is no magnitude:
   * then the share of connections shrinks.
   */
  weaker?(options: Options, level: number): Options
  /** It drops data: a connection that it lets go must close, or a stream with a hole in it goes on. */
  dropsData?: boolean
  /** Traffic of fewer bytes than this cannot have felt it. */
  leastBytes?(options: Options): number
  /** What a probe watches for, and how long at most. */
  probe(options: Options): {limitMs: number; watch?: ProbeWatch; quietMs?: number}
  /** Whether the result can only be explained by the toxic. `undefined`: a probe cannot tell. */
  bites(result: ProbeResult, healthyMs: number, options: Options): boolean | undefined
}
