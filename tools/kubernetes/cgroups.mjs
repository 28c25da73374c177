import {existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {cgroup} from './settings.mjs'

const mounted = '/sys/fs/cgroup'

/** One hierarchy on cgroup v2; one per controller on v1. */
const hierarchies = () =>
  existsSync(join(mounted, 'cgroup.controllers'))
    ? [mounted]
    : readdirSync(mounted).map((name) => join(mounted, name))

/** A folder and all below it, deepest last. */
const tree = (path) => [
  path,
  ...readdirSync(path, {withFileTypes: true})
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => tree(join(path, entry.name))),
]

/** The cgroups of the cluster's pods. */
export const podCgroups = () =>
  hierarchies()
    .map((root) => join(root, cgroup, 'kubepods'))
    .filter((path) => existsSync(path))
    .flatMap(tree)

/** A new cpuset has no processors: nothing may enter it before it has been given some. */
const inheritCpuset = (parent, child) => {
  for (const name of ['cpuset.cpus', 'cpuset.mems']) {
    if (existsSync(join(child, name))) writeFileSync(join(child, name), readFileSync(join(parent, name)))
  }
}

/** Makes the cgroup that the pods' are to be in, where it is not the root. */
export const makeCgroup = () => {
  if (cgroup === '/') return
  for (const root of hierarchies()) {
    const path = join(root, cgroup)
    if (existsSync(path)) continue
    mkdirSync(path)
    inheritCpuset(root, path)
  }
}

/** Takes away the pods' cgroups, which must be empty of processes. */
export const removeCgroups = () => {
  for (const path of podCgroups().reverse()) rmdirSync(path)
  if (cgroup === '/') return
  for (const root of hierarchies()) if (existsSync(join(root, cgroup))) rmdirSync(join(root, cgroup))
}
