import {UserError} from '../errors.js'
import type {Switches} from './scenario.js'
import {switches} from './sections/switches.js'

/** `order.breaker=off` → `{'order.breaker': false}`; read as a scenario file would read it. Throws UserError. */
export const parseSwitchFlags = (texts: readonly string[]): Switches =>
  switches.parse(
    Object.fromEntries(
      texts.map((text) => {
        const [name, value] = text.split(/=(.*)/s, 2)
        if (name && value) return [name, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value]
        throw new UserError(`--switch ${text}: expected NAME=VALUE`, {
          hint: 'For example --switch order.breaker=off.',
        })
      }),
    ),
  )
