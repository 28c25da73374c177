// Enforces NetworkPolicies in the test cluster: the bridge plugin knows none.
import {execFileSync} from 'node:child_process'
import {connect} from '../api.mjs'
import {inform} from '../informer.mjs'
import {address} from '../settings.mjs'
import {entries, policyRules} from './rules.mjs'

const run = (program, args, input) =>
  execFileSync(program, args, {input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe']})

const agent = connect()
let due
let stale =
  run('iptables-save', ['-t', 'filter'])
    .match(/^:SHAKEDOWN-\S+/gm)
    ?.map((line) => line.slice(1)) ?? []
let inForce = ''

/** DNS runs beside the node. To policies it is the pod that they expect it to be, on its one port. */
const dns = {
  metadata: {uid: 'dns', name: 'kube-dns', namespace: 'kube-system', labels: {'k8s-app': 'kube-dns'}},
  spec: {
    containers: [{ports: ['UDP', 'TCP'].map((protocol) => ({name: 'dns', protocol, containerPort: 53}))}],
  },
  status: {podIP: address},
  onlyPort: 53,
}

/** Our chains must come first: the service proxy's accept whatever they forwarded. */
const putFirst = () => {
  for (const [from, to] of Object.entries(entries)) {
    const jump = `-A ${from} -j ${to}`
    const rules = run('iptables', ['-S', from]).split('\n').slice(1)
    if (rules[0] === jump) continue
    run('iptables', ['-w', '-I', from, '1', '-j', to])
    if (rules.includes(jump)) run('iptables', ['-w', '-D', from, String(rules.indexOf(jump) + 2)])
  }
}

const enforce = () => {
  due = undefined
  try {
    const world = {pods: [...pods.values(), dns], namespaces: byName(), policies: [...policies.values()]}
    const {text, chains} = policyRules(world, stale)
    if (text !== inForce) {
      run('iptables-restore', ['--noflush', '--wait', '5'], text)
      // Asked again with nothing stale, the same world makes the same text.
      inForce = policyRules(world, chains).text
      stale = chains
    }
    putFirst()
  } catch (cause) {
    console.error(
      `${new Date().toISOString()} not enforced, tried again soon: ${cause.stderr ?? cause.message}`,
    )
    inForce = ''
  }
}

/** Changes come in bursts: those of 10 ms are enforced together. */
const soon = () => {
  if (due === undefined) due = setTimeout(enforce, 10)
}

const pods = inform(agent, '/api/v1/pods', soon)
const namespaces = inform(agent, '/api/v1/namespaces', soon)
const policies = inform(agent, '/apis/networking.k8s.io/v1/networkpolicies', soon)
const byName = () => new Map([...namespaces.values()].map((one) => [one.metadata.name, one]))

// The service proxy may have put its own chains before ours, and an attempt may have failed.
setInterval(soon, 1_000)
