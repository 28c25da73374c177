import type {Progress} from '../../src/run/progress.js'

/** A run in the middle of its fault phase. */
export const progress: Progress = {
  scenario: 'payment-slow',
  phase: 'fault',
  elapsedMs: 20_000,
  durationMs: 40_000,
  phaseLeftMs: 7_400,
  load: {
    atMs: 0,
    offeredPerSecond: 120,
    achievedPerSecond: 118,
    errorRatio: 0.034,
    p99Ms: 912.4,
    inFlight: 3,
  },
  faults: ['adds 10s latency on order->payment'],
  objectives: [
    {
      name: 'browsing stays up',
      state: 'met',
      message: '99.97 % of 3,012, asked 99.9 %',
      unit: 'ratio',
      target: 0.999,
    },
    {
      name: 'checkout answers in time',
      state: 'missed',
      message: '71 % of 900, asked 95 %',
      unit: 'ratio',
      target: 0.95,
    },
  ],
}
