import {existsSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {folder, inside} from './settings.mjs'

/** Folders that container runtime, network plugins and kubelet insist on, wherever they are told to be. */
const outside = ['/run/containerd', '/var/lib/cni', '/var/lib/kubelet', '/var/log/containers']

const list = (path) => {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

/** Notes which of them were there before the cluster: only the others are its own. */
export const noteOutside = () => {
  writeFileSync(inside('outside'), JSON.stringify(outside.filter((path) => !existsSync(path))))
}

const tasks = () => inside('run', 'io.containerd.runtime.v2.task', 'k8s.io')

const shimSocket = (id) => {
  try {
    return readFileSync(join(tasks(), id, 'address'), 'utf8').replace('unix://', '')
  } catch {
    return undefined
  }
}

/** What each container of ours left outside: its shim's socket, its state for runc, its network results. */
const removeContainers = (ids) => {
  for (const id of ids) {
    const socket = shimSocket(id)
    if (socket?.startsWith('/run/containerd/s/')) rmSync(socket, {force: true})
    rmSync(join('/run/containerd/runc/k8s.io', id), {recursive: true, force: true})
  }
  const results = '/var/lib/cni/results'
  const mine = list(results).filter((name) => ids.some((id) => name.includes(id)))
  for (const name of mine) rmSync(join(results, name), {force: true})
}

/** The kubelet links every log there, wherever the logs are. */
const removeLogLinks = () => {
  for (const name of list('/var/log/containers')) {
    const link = join('/var/log/containers', name)
    if (lstatSync(link).isSymbolicLink() && readlinkSync(link).startsWith(folder)) rmSync(link)
  }
}

const isEmpty = (path) =>
  readdirSync(path, {withFileTypes: true}).every((entry) =>
    entry.isDirectory() ? isEmpty(join(path, entry.name)) : entry.name === 'kubelet.sock',
  )

/** Takes away what lies outside the cluster's folder because of it, and nothing that another program put there. */
export const removeLeftovers = () => {
  removeContainers(list(tasks()))
  removeLogLinks()
  if (!existsSync(inside('outside'))) return
  for (const path of JSON.parse(readFileSync(inside('outside'), 'utf8'))) {
    if (existsSync(path) && isEmpty(path)) rmSync(path, {recursive: true})
  }
}
