import type {ServiceName} from './contract.js'
import {StartError} from './start-error.js'
import {type ReplicaCounts, replicaCounts, serviceNames} from './topology.js'

/** More processes of one service tell nothing that these do not, and fill a small machine. */
const most = 8
/** Clients call one edge, without a balancer before it: a second one would idle. */
const single: readonly ServiceName[] = ['edge']

const isService = (name: string): name is ServiceName => serviceNames.some((service) => service === name)

const checked = (name: string, count: unknown): [ServiceName, number] => {
  if (!isService(name))
    throw new StartError(`The reference deployment has no service ${name}`, {
      hint: `Its services are ${serviceNames.join(', ')}.`,
    })
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > most)
    throw new StartError(`${name} cannot run in ${String(count)} replicas`, {
      hint: `Ask for a whole number from 1 to ${most}.`,
    })
  if (count > 1 && single.includes(name))
    throw new StartError(`${name} runs once: clients call it without a balancer before it`, {
      hint: `Scale another one: ${serviceNames.filter((service) => !single.includes(service)).join(', ')}.`,
    })
  return [name, count]
}

/** How many replicas of each service run when some are asked for otherwise. Throws StartError for what cannot be. */
export const countsWith = (asked: Readonly<Record<string, unknown>>): ReplicaCounts => ({
  ...replicaCounts,
  ...Object.fromEntries(Object.entries(asked).map(([name, count]) => checked(name, count))),
})
