import type {KubernetesObject} from '../../clients/kubernetes/cluster.js'
import {EnvironmentError} from '../../errors.js'
import {runLabelKey} from '../../system/run-label.js'
import type {World} from '../fault.js'
import {probeLabelKey} from './policy.js'

/** A pod that tries to connect, again and again, and prints what came of it. */
export interface ProbePod {
  name: string
  run: string
  namespace: string
  image: string
  /** `address/port`, at least one: `open` is printed when any of them answers. */
  goals: readonly string[]
  /** It ends by itself after this long, whatever becomes of us. */
  endsAfterS: number
}

/**
 * Busybox's words for: does any of them take a connection within a second? Its `nc` ends with 1 when not; any other end
 * says that it was connected. One that cannot be run says so, instead of "cut".
 */
const script = (goals: readonly string[]): string =>
  [
    'trap "exit 0" TERM',
    'while :; do said=cut',
    `for goal in ${goals.join(' ')}; do`,
    'timeout 3 nc -w 1 $(echo $goal | tr / " ") </dev/null >/dev/null 2>&1',
    'case $? in 1) ;; 126|127) said=unable ;; *) said=open; break ;; esac',
    'done; echo $said; sleep 1; done',
  ].join('\n')

/** Fits the strictest Pod Security level, joins no Service, takes no account along. */
export const probePodOf = ({name, run, namespace, image, goals, endsAfterS}: ProbePod): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    namespace,
    labels: {[runLabelKey]: run, [probeLabelKey]: 'network', 'app.kubernetes.io/managed-by': 'shakedown'},
    annotations: {'sidecar.istio.io/inject': 'false'},
  },
  spec: {
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 0,
    activeDeadlineSeconds: endsAfterS,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: {runAsNonRoot: true, runAsUser: 65_534, seccompProfile: {type: 'RuntimeDefault'}},
    containers: [
      {
        name: 'probe',
        image,
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', script(goals)],
        resources: {requests: {cpu: '10m', memory: '16Mi'}, limits: {memory: '32Mi'}},
        securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: ['ALL']}},
      },
    ],
  },
})

/** What it printed so far; a container that has not started has printed nothing. */
export const readProbe = async (name: string, {cluster}: World): Promise<string[]> => {
  try {
    const text = await cluster().logs(name)
    return text.split('\n').filter((line) => line !== '')
  } catch (cause) {
    if (cause instanceof EnvironmentError) return []
    throw cause
  }
}

const pollMs = 300

/** Waits for more lines than `after`; resolves to all lines, or to fewer when the time is over. */
export const untilProbed = async (
  name: string,
  more: {lines: number; limitMs: number},
  world: World,
): Promise<string[]> => {
  const untilMs = world.clock.now() + more.limitMs
  for (;;) {
    const lines = await readProbe(name, world)
    if (lines.length >= more.lines || world.clock.now() >= untilMs) return lines
    await world.clock.sleep(pollMs, world.signal)
  }
}
