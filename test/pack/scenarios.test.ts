import {readdirSync} from 'node:fs'
import {afterAll, beforeAll, describe} from 'vitest'
import type {Target} from '../../src/scenarios/target.js'
import {newUser, up} from '../e2e/cli.js'
import {itProvesItself} from '../e2e/shipped-scenario.js'

const user = newUser()
let target: Target

beforeAll(async () => {
  target = await up(user)
})

afterAll(async () => {
  await user.run(['down'])
})

/** These have a file of their own, the first in the end-to-end suite. */
const shownElsewhere = ['payment-slow', 'retry-storm']

const names = readdirSync(new URL('../../scenarios/', import.meta.url))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.replace(/\.yaml$/, ''))
  .filter((name) => !shownElsewhere.includes(name))

describe.each(names)('%s', (name) => itProvesItself(name, user, () => target))
