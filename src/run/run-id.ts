import {randomBytes} from 'node:crypto'

/** `20261121-125341-payment-slow-3f2a`: sorts by time, says what ran, and is never given twice. */
export const freshRunId = (scenario: string, nowMs: number): string => {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${time}-${scenario}-${randomBytes(2).toString('hex')}`
}
