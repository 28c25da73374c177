import {leastStepMs, leastStepsOfSwing, mostChanges, mostStepsOfSwing} from '../scenarios/envelope-limits.js'
import type {Envelope} from '../scenarios/scenario.js'
import type {FaultLevel} from './plan.js'

/**
 * The strength of a fault as steps: what an envelope asks for, in as few changes as still show its shape. The steps of
 * ramps and swings lie around the curve, so that as much is above it as below. Times in ms from the first request.
 *
 *   ramp                    pulse                   oscillate
 *      ┌─────────┐            ┌──┐    ┌──┐    ┌──┐       ┌─┐       ┌─┐
 *    ┌─┘         └─┐          │  │    │  │    │  │      ─┘ └─┐   ┌─┘ └─
 *   ─┘             └─         ┘  └────┘  └────┘  └─          └───┘
 */
export const levelsOf = (envelope: Envelope, startMs: number, endMs: number): FaultLevel[] => {
  const levels = shapeOf(envelope, endMs - startMs)
  return levels
    .map(({atMs, level}) => ({atMs: startMs + Math.round(atMs), level: +level.toFixed(4)}))
    .filter(({level}, index, all) => level !== all[index - 1]?.level)
}

/** Times from the fault's own start. */
const shapeOf = (envelope: Envelope, lengthMs: number): FaultLevel[] => {
  switch (envelope.kind) {
    case 'ramp':
      return ramp(envelope.upMs, envelope.downMs, lengthMs)
    case 'pulse':
      return pulses(envelope.everyMs, envelope.onMs, lengthMs)
    case 'oscillate':
      return swings(envelope.periodMs, envelope.low, lengthMs)
  }
}

const stepsIn = (ms: number): number => Math.max(1, Math.min(mostStepsOfSwing, Math.floor(ms / leastStepMs)))

const ramp = (upMs: number, downMs: number, lengthMs: number): FaultLevel[] => {
  const [upSteps, downSteps] = [stepsIn(upMs), stepsIn(downMs)]
  const up = Array.from({length: upMs > 0 ? upSteps : 0}, (_, step) => ({
    atMs: (step * upMs) / upSteps,
    level: (step + 0.5) / upSteps,
  }))
  const down = Array.from({length: downMs > 0 ? downSteps : 0}, (_, step) => ({
    atMs: lengthMs - downMs + (step * downMs) / downSteps,
    level: 1 - (step + 0.5) / downSteps,
  }))
  const top = upMs + downMs < lengthMs ? [{atMs: upMs, level: 1}] : []
  return [...up, ...top, ...down]
}

const pulses = (everyMs: number, onMs: number, lengthMs: number): FaultLevel[] =>
  Array.from({length: Math.ceil(lengthMs / everyMs)}, (_, index) => index * everyMs)
    .flatMap((atMs) => [
      {atMs, level: 1},
      {atMs: atMs + onMs, level: 0},
    ])
    .filter(({atMs}) => atMs < lengthMs)

/** Each step lies around a point of the curve, so that the lowest and the highest are among them. */
const swings = (periodMs: number, low: number, lengthMs: number): FaultLevel[] => {
  const affordable = (mostChanges * periodMs) / lengthMs
  const perSwing = Math.min(mostStepsOfSwing, periodMs / leastStepMs / 2, affordable / 2)
  const perPeriod = 2 * Math.max(leastStepsOfSwing, Math.floor(perSwing))
  const stepMs = periodMs / perPeriod
  const count = Math.ceil(lengthMs / stepMs + 0.5)
  return Array.from({length: count}, (_, step) => ({
    atMs: Math.max(0, (step - 0.5) * stepMs),
    level: low + ((1 - low) * (1 - Math.cos((2 * Math.PI * step) / perPeriod))) / 2,
  })).filter(({atMs}) => atMs < lengthMs)
}
