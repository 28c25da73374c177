import {type ChildProcess, execFile, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync, mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {basename, join} from 'node:path'
import {promisify} from 'node:util'

const run = promisify(execFile)

/** A cluster beside the one that others use: in a network, a folder and a cgroup of its own. */
export interface SecondCluster {
  folder: string
  /** Runs a program in its network. */
  inside(program: string, ...args: string[]): Promise<string>
  /** Runs a script of tools/kubernetes in its network. */
  tool(script: string): Promise<string>
  /** What can be seen of it on this machine: empty when it has left no trace. */
  traces(): Promise<string[]>
  /** Ends every process of it with SIGKILL, its pods too; how many there were. */
  killAll(): number
  close(): Promise<void>
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended between the listing and the reading.
    return ''
  }
}

/** Processes whose cgroup or command line names the cluster: its parts, its containers' shims, and its pods. */
const processesOf = (name: string): number[] =>
  readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => !/^.*\) [ZX]/s.test(read(`/proc/${pid}/stat`)))
    .filter(
      (pid) => read(`/proc/${pid}/cgroup`).includes(name) || read(`/proc/${pid}/cmdline`).includes(name),
    )
    .map(Number)

/** Helpers of our own do not name it in their command line; they are noted in its folder. */
const noted = (folder: string): number[] => {
  const names = readdirSync(join(folder, 'processes'))
  // Written by processes.mjs beside it, as `{pid, started}`.
  return names.map((name) => (JSON.parse(read(join(folder, 'processes', name))) as {pid: number}).pid)
}

const killAll = (folder: string): number => {
  const pids = [...new Set([...processesOf(basename(folder)), ...noted(folder)])]
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It died with another one.
    }
  }
  return pids.length
}

const lines = (text: string, pattern: RegExp): string[] =>
  text.split('\n').filter((line) => pattern.test(line))

const filesOutside = (): string[] =>
  ['/run/containerd/s', '/run/containerd/runc/k8s.io', '/var/lib/cni/results', '/var/log/containers'].flatMap(
    (path) => {
      try {
        return readdirSync(path).map((name) => join(path, name))
      } catch {
        return []
      }
    },
  )

/** Its cgroup lies at the top of each hierarchy. */
const cgroupsOf = (name: string): string[] =>
  ['.', ...readdirSync('/sys/fs/cgroup')]
    .map((hierarchy) => join('/sys/fs/cgroup', hierarchy, name))
    .filter((path) => existsSync(path))

const ofThem = (ids: string[]): string[] =>
  filesOutside().filter((path) => ids.some((id) => path.includes(id)))

const inNetwork =
  (holder: ChildProcess, env: NodeJS.ProcessEnv) =>
  async (program: string, ...args: string[]): Promise<string> => {
    const {stdout} = await run('nsenter', [`--net=/proc/${holder.pid}/ns/net`, program, ...args], {
      env,
      timeout: 120_000,
    })
    return stdout
  }

const containersOf = (folder: string): string[] => {
  try {
    return readdirSync(join(folder, 'run', 'io.containerd.runtime.v2.task', 'k8s.io'))
  } catch {
    return []
  }
}

/** Opens the network; the cluster comes up with `tool('up.mjs')`. */
export const openSecondCluster = async (): Promise<SecondCluster> => {
  const folder = mkdtempSync(join(tmpdir(), 'shakedown-second-'))
  const name = basename(folder)
  const holder = spawn('unshare', ['--net', 'sleep', '600'], {stdio: 'ignore'})
  await once(holder, 'spawn')
  const env = {...process.env, SHAKEDOWN_TEST_CLUSTER: folder, SHAKEDOWN_TEST_CGROUP: `/${name}`}
  const inside = inNetwork(holder, env)
  const script = (file: string): string =>
    new URL(`../../../tools/kubernetes/${file}`, import.meta.url).pathname
  const seen = new Set<string>()
  await inside('ip', 'link', 'set', 'lo', 'up')
  return {
    folder,
    inside,
    tool: (file) => inside(process.execPath, script(file)),
    killAll: () => {
      for (const id of containersOf(folder)) seen.add(id)
      return killAll(folder)
    },
    traces: async () => [
      ...processesOf(name).map((pid) => `process ${pid} ${read(`/proc/${pid}/cmdline`)}`),
      ...lines(read('/proc/self/mounts'), new RegExp(name)),
      ...lines(await inside('iptables-save'), /KUBE|SHAKEDOWN/),
      ...lines(await inside('ip', '-brief', 'link'), /kc0|veth/),
      ...cgroupsOf(name),
      ...ofThem([...seen, name]),
      ...readdirSync(tmpdir()).filter((file) => file.startsWith(name)),
    ],
    close: async () => {
      await inside(process.execPath, script('down.mjs')).finally(() => holder.kill('SIGKILL'))
      rmSync(folder, {recursive: true, force: true})
    },
  }
}
