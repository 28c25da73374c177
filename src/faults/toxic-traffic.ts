import type {ToxiproxyClient} from '../clients/toxiproxy.js'

const sample = /^shakedown_toxic_chunks_total\{([^}]*)\}\s+(\S+)/
const label = (labels: string, name: string): string | undefined =>
  new RegExp(`(?:^|,)${name}="((?:[^"\\\\]|\\\\.)*)"`).exec(labels)?.[1]

/**
 * How many chunks of data the toxic has touched, on all proxies together. Undefined when the server does not count
 * them: only ours does.
 */
export const chunksTouched = async (client: ToxiproxyClient, toxic: string): Promise<number | undefined> => {
  const text = await client.metrics()
  if (!text?.includes('shakedown_toxic_chunks_total')) return undefined
  let touched = 0
  for (const line of text.split('\n')) {
    const [, labels = '', value] = sample.exec(line) ?? []
    if (label(labels, 'toxic') === toxic) touched += Number(value)
  }
  return touched
}
