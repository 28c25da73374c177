import type {Random} from '../../src/system/random.js'

export interface QueueServer {
  slots: number
  serviceMs: number
  /** `fixed` service times; exponential ones when left out. */
  kind?: 'fixed'
  /** A request that took longer is bad. */
  boundMs: number
  lossAllowed: number
}

export declare const trialLoss: (
  trial: {ratePerSecond: number; settleMs: number; measureMs: number; stall: boolean},
  server: QueueServer,
  random: Random,
) => {total: number; bad: number}

export declare const trueCapacity: (server: QueueServer) => number
