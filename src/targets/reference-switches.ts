import {EnvironmentError} from '../errors.js'
import type {Switches} from '../scenarios/scenario.js'

/**
 * The protection switches of the reference deployment with their defaults, without asking it. Throws EnvironmentError
 * when it is not installed.
 */
export const referenceSwitches = async (): Promise<Switches> => {
  const {describeSwitches} = await import('shakedown-reference/topology').catch((cause: unknown) => {
    throw new EnvironmentError('The reference deployment is not installed', {
      hint: 'Install it next to Shakedown: npm install shakedown-reference.',
      cause,
    })
  })
  return describeSwitches()
}
