/** Lines of the kubelet's `/metrics/resource`: `name{label="value"} number milliseconds`. */
const lines = (text) =>
  [...text.matchAll(/^(\w+)(?:\{(.*?)\})? (\S+) (\d+)$/gm)].map(([, name, labels = '', value, at]) => ({
    name,
    labels: Object.fromEntries(
      [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]),
    ),
    value: Number(value),
    at: Number(at),
  }))

const readings = {
  container_cpu_usage_seconds_total: 'cpu',
  container_memory_working_set_bytes: 'memory',
  node_cpu_usage_seconds_total: 'cpu',
  node_memory_working_set_bytes: 'memory',
}

const keyOf = ({namespace = '', pod = '', container = ''}) => `${namespace}/${pod}/${container}`

/** One reading of the kubelet, by container (`namespace/pod/container`; the node is `//`). */
export const readSamples = (text) => {
  const samples = new Map()
  for (const {name, labels, value, at} of lines(text)) {
    const kind = readings[name]
    if (!kind) continue
    const sample = samples.get(keyOf(labels)) ?? {...labels}
    sample[kind] = value
    if (kind === 'cpu') sample.at = at
    samples.set(keyOf(labels), sample)
  }
  return samples
}

/**
 * How much each container uses: CPU in cores between its last two different samples, memory in bytes.
 * `before` is what the last call returned; a container seen once, or started anew, uses nothing known yet.
 */
export const usage = (before, samples) => {
  const now = new Map()
  for (const [key, sample] of samples) {
    if (sample.at === undefined || sample.memory === undefined) continue
    const last = before.get(key)
    if (last?.sample.at === sample.at) now.set(key, last)
    else if (!last || sample.cpu < last.sample.cpu) now.set(key, {sample})
    else {
      const seconds = (sample.at - last.sample.at) / 1_000
      now.set(key, {sample, seconds, cores: (sample.cpu - last.sample.cpu) / seconds})
    }
  }
  return now
}
