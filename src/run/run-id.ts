import {randomBytes} from 'node:crypto'

/** `20261121-125341-payment-slow-3f2a`: sorts by time, says what ran, and is never given twice. */
export const freshRunId = (scenario: string, nowMs: number): string => {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${time}-${scenario}-${randomBytes(2).toString('hex')}`
}

/** The run whose toxic this is, by its name `<run id>_f<n>`; undefined for a toxic of somebody else. */
export const runIdOf = (toxic: string): string | undefined =>
  /^(\d{8}-\d{6}-.+-[0-9a-f]{4})_f\d+$/.exec(toxic)?.[1]
