import {execFileSync} from 'node:child_process'
import {existsSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {podCgroups, removeCgroups} from './cgroups.mjs'
import {removeLeftovers} from './leftovers.mjs'
import {cleanNetwork} from './network.mjs'
import {end, identify, runs, started} from './processes.mjs'
import {folder, marker, socket} from './settings.mjs'
import {waitFor} from './wait.mjs'

const inPods = () =>
  podCgroups().flatMap((path) => {
    try {
      return readFileSync(join(path, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number)
    } catch {
      return []
    }
  })

/** Shims are the runtime's children no longer: they are known by the socket they were given. */
const shims = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return words[0]?.includes('containerd-shim') && words.includes(socket)
      } catch {
        return false
      }
    })
    .map(Number)

const unmountAll = () => {
  const points = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1]?.replaceAll('\\040', ' ') ?? '')
    .filter((point) => point.startsWith(`${folder}/`))
  points.sort((one, other) => other.length - one.length)
  for (const point of points) execFileSync('umount', ['--lazy', point], {stdio: 'ignore'})
}

/**
 * Ends whatever is left of the cluster and takes away all it made on this machine, however it ended.
 * Keeps nothing but what the tool cache holds.
 */
export const clean = async () => {
  if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(marker)) {
    throw new Error(`${folder} is not a test cluster's folder: nothing in it was touched`)
  }
  const parts = started()
  // The API server would close its door on SIGTERM and stay for another minute.
  await end(
    parts.filter(({name}) => name === 'kube-apiserver'),
    0,
  )
  await end(parts.filter(({name}) => name !== 'etcd' && name !== 'containerd'))
  await end(
    parts.filter(({name}) => name === 'etcd' || name === 'containerd'),
    300,
  )
  const pods = [...new Set([...shims(), ...inPods()])].map(identify)
  await end(pods, 0)
  const left = [...parts, ...pods].filter(runs)
  if (left.length > 0) throw new Error(`processes ${left.map(({pid}) => pid).join(', ')} do not end`)
  unmountAll()
  removeLeftovers()
  cleanNetwork()
  // A cgroup lets go of its last process some moments after it died.
  await waitFor('the pods’ cgroups to be empty', 10, () => {
    removeCgroups()
    return true
  })
  rmSync(folder, {recursive: true, force: true})
}
