import type {Status} from '../run/read-status.js'
import type {Target} from '../scenarios/target.js'

const urls = (target: Target): string[] => [
  ...Object.entries(target.endpoints).map(([name, url]) => `${name.padEnd(10)} ${url}`),
  ...(target.toxiproxy ? [`proxies    ${target.toxiproxy.url}`] : []),
  ...(target.control ? [`control    ${target.control.url}`, `discovery  ${target.control.url}/sd`] : []),
]

/** What `up` prints. */
export const describeUp = (target: Target): string =>
  [
    'The reference deployment is up.',
    ...urls(target).map((line) => `  ${line}`),
    'Stop it with: shakedown down',
  ].join('\n')

/** What `status` prints. */
export const describeStatus = (status: Status): string => {
  if (!status.running) return 'The reference deployment is not running. Start it with: shakedown up'
  const replicas = status.replicas.map(
    ({name, state, pid, restarts}) =>
      `  ${name.padEnd(14)} ${state.padEnd(10)} pid ${String(pid).padEnd(8)} restarts ${restarts}`,
  )
  const off = Object.entries(status.switches).filter(([, value]) => value === false || value === 'off')
  const switches = off.length > 0 ? `off: ${off.map(([name]) => name).join(', ')}` : 'all protections on'
  return [...urls(status.target), '', ...replicas, '', switches].join('\n')
}
