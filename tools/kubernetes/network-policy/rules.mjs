import {createHash} from 'node:crypto'
import {subtract} from './blocks.mjs'
import {matches} from './selectors.mjs'

/** The chain all pod traffic goes through, and the one for what pods send to the node itself. */
export const entries = {FORWARD: 'SHAKEDOWN-POLICY', INPUT: 'SHAKEDOWN-NODE'}

const directions = {
  ingress: {type: 'Ingress', letter: 'I', peers: 'from', side: '-s', own: '-d'},
  egress: {type: 'Egress', letter: 'E', peers: 'to', side: '-d', own: '-s'},
}

const typesOf = ({spec}) => spec.policyTypes ?? (spec.egress ? ['Ingress', 'Egress'] : ['Ingress'])

const chainOf = (pod, {letter}) =>
  `SHAKEDOWN-${letter}-${createHash('sha256').update(pod.metadata.uid).digest('hex').slice(0, 12)}`

/** Pods with an address of their own; those on the host's network are the node, which no policy selects. */
const reachable = ({spec, status}) =>
  Boolean(status.podIP) && !spec.hostNetwork && status.phase !== 'Succeeded' && status.phase !== 'Failed'

const peersAmongPods = (peer, namespace, {pods, namespaces}) => {
  const inNamespace = peer.namespaceSelector
    ? (name) => matches(peer.namespaceSelector, namespaces.get(name)?.metadata.labels)
    : (name) => name === namespace
  return pods
    .filter((pod) => inNamespace(pod.metadata.namespace))
    .filter((pod) => matches(peer.podSelector ?? {}, pod.metadata.labels))
    .map((pod) => ({block: pod.status.podIP, pod}))
}

/** The addresses a rule lets through: all where it names no peers. */
const addressesOf = (peers, namespace, world) =>
  peers === undefined || peers.length === 0
    ? [{block: '0.0.0.0/0'}]
    : peers.flatMap((peer) =>
        peer.ipBlock
          ? subtract(peer.ipBlock.cidr, peer.ipBlock.except).map((block) => ({block}))
          : peersAmongPods(peer, namespace, world),
      )

/** A port's number; a name is looked up in the pod that listens, and names nothing where there is none. */
const numberOf = ({port, protocol = 'TCP'}, listener) => {
  if (typeof port === 'number') return port
  const ports = listener?.spec.containers.flatMap((container) => container.ports ?? []) ?? []
  return ports.find((one) => one.name === port && (one.protocol ?? 'TCP') === protocol)?.containerPort
}

/** What iptables matches ports by: one text per port, or a single empty one where every port is meant. */
const portMatches = (ports, listener) => {
  if (ports === undefined || ports.length === 0) {
    return listener?.onlyPort
      ? ['tcp', 'udp'].map((name) => ` -p ${name} --dport ${listener.onlyPort}`)
      : ['']
  }
  return ports.flatMap(({protocol = 'TCP', ...rest}) => {
    const name = protocol.toLowerCase()
    if (rest.port === undefined) return [` -p ${name}`]
    const number = numberOf({protocol, ...rest}, listener)
    if (number === undefined) return []
    return [` -p ${name} --dport ${rest.endPort ? `${number}:${rest.endPort}` : number}`]
  })
}

const ruleLines = (pod, rule, direction, policy, world) =>
  addressesOf(rule[direction.peers], policy.metadata.namespace, world).flatMap(({block, pod: peer}) =>
    portMatches(rule.ports, direction === directions.ingress ? pod : peer).map(
      (port) => `-A ${chainOf(pod, direction)} ${direction.side} ${block}${port} -j RETURN`,
    ),
  )

const podLines = (pod, key, world) => {
  const direction = directions[key]
  const selecting = world.policies.filter(
    (policy) =>
      policy.metadata.namespace === pod.metadata.namespace &&
      typesOf(policy).includes(direction.type) &&
      matches(policy.spec.podSelector ?? {}, pod.metadata.labels),
  )
  if (selecting.length === 0) return []
  const chain = chainOf(pod, direction)
  const lines = selecting.flatMap((policy) =>
    (policy.spec[key] ?? []).flatMap((rule) => ruleLines(pod, rule, direction, policy, world)),
  )
  const jump = `${direction.own} ${pod.status.podIP} -j ${chain}`
  return [
    ...lines,
    `-A ${chain} -j DROP`,
    `-A ${entries.FORWARD} ${jump}`,
    ...(key === 'egress' ? [`-A ${entries.INPUT} ${jump}`] : []),
  ]
}

/**
 * The chains that enforce the policies, for `iptables-restore --noflush`: one per selected pod and direction.
 * `stale` are chains of before: those that are no longer needed go.
 *
 *   FORWARD -> SHAKEDOWN-POLICY -> established: let go on
 *                               -> SHAKEDOWN-I-pod -> allowed peers: return, else DROP
 *                               -> SHAKEDOWN-E-pod -> allowed peers: return, else DROP
 */
export const policyRules = ({pods, namespaces, policies}, stale = []) => {
  const world = {pods: pods.filter(reachable), namespaces, policies}
  const selectable = world.pods.filter((pod) => !pod.onlyPort)
  const lines = selectable.flatMap((pod) =>
    Object.keys(directions).flatMap((key) => podLines(pod, key, world)),
  )
  const chains = [...Object.values(entries), ...new Set(lines.map((line) => line.split(' ')[1]))]
  const wanted = [...new Set(chains)]
  const gone = stale.filter((chain) => !wanted.includes(chain))
  const established = Object.values(entries).map(
    // Connections that were open before a policy came go on, as with most network plugins.
    (chain) => `-A ${chain} -m conntrack --ctstate ESTABLISHED,RELATED -j RETURN`,
  )
  const text = [
    '*filter',
    ...[...wanted, ...gone].map((chain) => `:${chain} - [0:0]`),
    ...established,
    ...lines,
    ...gone.map((chain) => `-X ${chain}`),
    'COMMIT',
    '',
  ].join('\n')
  return {text, chains: wanted}
}
