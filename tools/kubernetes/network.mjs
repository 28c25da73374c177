import {execFileSync} from 'node:child_process'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {address, bridge, inside, podRange} from './settings.mjs'

const run = (program, args, input) =>
  execFileSync(program, args, {input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe']})

/** The sysctls the cluster needs; what they were is kept, and put back when it goes down. */
const sysctls = {
  '/proc/sys/net/ipv4/ip_forward': '1',
  // Connections refused during an outage must not be remembered for two minutes: later ones would fail too.
  // What goes from pod to pod over the bridge passes the firewall, where Services and policies are made.
  '/proc/sys/net/bridge/bridge-nf-call-iptables': '1',
  '/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_syn_sent': '3',
}

/** Makes the bridge that is the node's and the pods' network. */
export const makeNetwork = () => {
  run('ip', ['link', 'add', bridge, 'type', 'bridge'])
  run('ip', ['addr', 'add', `${address}/${podRange.split('/')[1]}`, 'dev', bridge])
  run('ip', ['link', 'set', bridge, 'up'])
  // Loads connection tracking, without which its settings do not exist yet.
  run('iptables', ['-t', 'nat', '-L', '-n'])
  const before = {}
  for (const [path, value] of Object.entries(sysctls).filter(([path]) => existsSync(path))) {
    before[path] = readFileSync(path, 'utf8').trim()
    writeFileSync(path, value)
  }
  writeFileSync(inside('sysctls'), JSON.stringify(before))
}

const restoreSysctls = () => {
  let before
  try {
    before = JSON.parse(readFileSync(inside('sysctls'), 'utf8'))
  } catch {
    return
  }
  for (const [path, value] of Object.entries(before)) writeFileSync(path, value)
}

/** Kubernetes' chains and our network policies': everything else in the firewall is somebody else's. */
const ours = /^(KUBE-|SHAKEDOWN-)/

/** What removes our chains from a table, for `iptables-restore --noflush`; nothing when there are none. */
export const removal = (table, saved) => {
  const lines = saved.split('\n')
  const chains = lines.flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? []).filter((name) => ours.test(name))
  if (chains.length === 0) return undefined
  const jumps = lines.filter((line) => {
    const [, from, to] = /^-A (\S+) .*-j (\S+)/.exec(line) ?? []
    return from !== undefined && !ours.test(from) && ours.test(to)
  })
  return [
    `*${table}`,
    // Naming a chain empties it, so that none is left that another one jumps to.
    ...chains.map((chain) => `:${chain} - [0:0]`),
    ...jumps.map((line) => line.replace(/^-A/, '-D')),
    ...chains.map((chain) => `-X ${chain}`),
    'COMMIT',
    '',
  ].join('\n')
}

const cleanFirewall = () => {
  for (const family of ['iptables', 'ip6tables']) {
    for (const table of ['filter', 'nat', 'mangle']) {
      try {
        const input = removal(table, run(`${family}-save`, ['-t', table]))
        if (input) run(`${family}-restore`, ['--noflush', '--wait', '5'], input)
      } catch (cause) {
        // A kernel without that table or family has no chains in it.
        if (!/does not exist|not supported|can't initialize/i.test(String(cause))) throw cause
      }
    }
  }
}

/** Takes away bridge, chains and settings, however they were left. */
export const cleanNetwork = () => {
  cleanFirewall()
  try {
    run('ip', ['link', 'delete', bridge])
  } catch (cause) {
    if (!/Cannot find device/.test(String(cause))) throw cause
  }
  restoreSysctls()
}
