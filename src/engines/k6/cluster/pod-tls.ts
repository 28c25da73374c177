import type {KubernetesObject} from '../../../clients/kubernetes/cluster.js'
import type {Plan} from '../../../plan/plan.js'
import type {Json} from '../../../system/json.js'
import {checkTls, clientOptionsOf, trustOnly} from '../tls.js'

/** What the pods of a load need to speak TLS as the scenario says. */
export interface PodTls {
  /** To be put among the files of the load, which are no secret. */
  files: Record<string, string>
  env: Record<string, string>
  /** Holds the client's key; absent where there is none. */
  secret?: KubernetesObject
  volumes: Json[]
  mounts: Json[]
}

const folder = '/shakedown/tls'
const caFile = 'ca.pem'
const optionsFile = 'k6.json'
const volume = 'tls'

/** Whether the load of a scenario shows a certificate, whose key must reach its pods. */
export const showsCertificate = ({scenario}: Pick<Plan, 'scenario'>): boolean =>
  scenario.load.connection?.tls?.certPem !== undefined

/**
 * The certificates of a load for its pods: the authority among the load's files, which are mounted at `filesAt`; the
 * client's key in a Secret, as a file of options that k6 reads of itself (K6_CONFIG). Throws UserError for what k6 cannot
 * do.
 */
export const podTlsOf = (
  plan: Plan,
  {name, labels, filesAt}: {name: string; labels: Readonly<Record<string, string>>; filesAt: string},
): PodTls => {
  checkTls(plan)
  const {caPem, insecure} = plan.scenario.load.connection?.tls ?? {}
  const client = clientOptionsOf(plan)
  const shows = Object.keys(client).length > 0
  return {
    files: caPem === undefined ? {} : {[caFile]: caPem},
    env: {
      ...(caPem !== undefined && trustOnly(`${filesAt}/${caFile}`)),
      ...(insecure && {K6_INSECURE_SKIP_TLS_VERIFY: 'true'}),
      ...(shows && {K6_CONFIG: `${folder}/${optionsFile}`}),
    },
    ...(shows && {
      secret: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {name, labels: {...labels}},
        stringData: {[optionsFile]: JSON.stringify(client)},
      },
    }),
    volumes: shows ? [{name: volume, secret: {secretName: name}}] : [],
    mounts: shows ? [{name: volume, mountPath: folder, readOnly: true}] : [],
  }
}
