import {z} from 'zod'
import {EnvironmentError} from '../../errors.js'
import type {Cluster} from './cluster.js'

const serviceObject = z.object({
  spec: z.object({
    selector: z.record(z.string(), z.string()).default({}),
    ports: z
      .array(
        z.object({
          name: z.string().optional(),
          port: z.number(),
          targetPort: z.union([z.number(), z.string()]).optional(),
        }),
      )
      .default([]),
  }),
})

const podPorts = z.object({
  spec: z.object({
    containers: z.array(
      z.object({
        ports: z.array(z.object({name: z.string().optional(), containerPort: z.number()})).default([]),
      }),
    ),
  }),
})

/** What stands behind a port of a service. */
export interface Behind {
  /** Label selector of its pods. */
  selector: string
  /** Of the pods: a number, or the name of a port of a container. */
  targetPort: number | string
}

/** Which services there are; an account that may read them by name need not be allowed to list them. */
const servicesInWords = async ({objects, namespace}: Cluster): Promise<string> => {
  try {
    const names = (await objects.list('v1', 'Service')).map(({metadata}) => metadata.name)
    return names.length === 0 ? 'The namespace has no service.' : `There are ${names.join(', ')}.`
  } catch {
    return `Which ones there are: kubectl -n ${namespace} get services`
  }
}

/** Reads which pods and which of their ports a service leads to; throws EnvironmentError when there is no such way. */
export const behindService = async (cluster: Cluster, service: string, port: number): Promise<Behind> => {
  const found = await cluster.objects.read('v1', 'Service', service)
  if (found === undefined) {
    throw new EnvironmentError(`There is no service ${service} (${cluster.where})`, {
      hint: await servicesInWords(cluster),
    })
  }
  const {selector, ports} = serviceObject.parse(found).spec
  const entry = ports.find((one) => one.port === port)
  if (entry === undefined) {
    throw new EnvironmentError(`Service ${service} has no port ${port} (${cluster.where})`, {
      hint: `It has ${ports.map((one) => one.port).join(', ') || 'none'}.`,
    })
  }
  if (Object.keys(selector).length === 0) {
    throw new EnvironmentError(`Service ${service} selects no pods: there is none to forward a port to`, {
      hint: 'Say `by: service-proxy`, or give an address that answers from here.',
    })
  }
  const labels = Object.entries(selector).map(([key, value]) => `${key}=${value}`)
  return {selector: labels.join(','), targetPort: entry.targetPort ?? entry.port}
}

/** The number of a port of this pod; throws EnvironmentError when none of its containers has a port of that name. */
export const portOf = async (cluster: Cluster, pod: string, port: number | string): Promise<number> => {
  if (typeof port === 'number') return port
  const found = await cluster.objects.read('v1', 'Pod', pod)
  const containers = found === undefined ? [] : podPorts.parse(found).spec.containers
  const entry = containers.flatMap(({ports}) => ports).find(({name}) => name === port)
  if (entry) return entry.containerPort
  throw new EnvironmentError(`Pod ${pod} has no port named ${port} (${cluster.where})`)
}
