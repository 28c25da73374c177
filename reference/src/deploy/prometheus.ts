import {accountManifests} from './accounts.js'
import type {Images} from './images.js'
import {labelsOf, type Manifest, prometheusPort, servicePort} from './names.js'
import {
  container,
  disruptionBudget,
  httpProbe,
  readonlyFile,
  resources,
  serviceBefore,
  singleDeployment,
} from './pods.js'

const name = 'prometheus'

/** `job` and `instance` as the deployment on one machine has them, so that the same queries hold. */
const config = `global:
  scrape_interval: 500ms
  scrape_timeout: 500ms
scrape_configs:
  - job_name: shop
    kubernetes_sd_configs:
      - role: pod
        namespaces: {own_namespace: true}
    relabel_configs:
      - source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_component]
        regex: service
        action: keep
      - source_labels: [__meta_kubernetes_pod_phase]
        regex: Pending|Succeeded|Failed
        action: drop
      - source_labels: [__meta_kubernetes_pod_ip]
        regex: (.+)
        target_label: __address__
        replacement: $1:${servicePort}
      - source_labels: [__meta_kubernetes_pod_ip]
        regex: (.*:.*)
        target_label: __address__
        replacement: '[$1]:${servicePort}'
      - source_labels: [__meta_kubernetes_pod_label_app_kubernetes_io_name]
        target_label: job
      - source_labels: [__meta_kubernetes_pod_name]
        target_label: instance
`

/** Where the scenarios' queries are answered. */
export const prometheusManifests = (images: Images, namespace: string): Manifest[] => [
  ...accountManifests(name, 'metrics', namespace, [
    {apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch']},
  ]),
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {name, labels: labelsOf(name, 'metrics')},
    data: {'prometheus.yml': config},
  },
  serviceBefore(name, 'metrics', [{name: 'http', port: prometheusPort}]),
  singleDeployment(name, 'metrics', {
    account: name,
    containers: [
      container(name, images.prometheus, {
        args: [
          '--config.file=/etc/prometheus/prometheus.yml',
          '--storage.tsdb.path=/prometheus',
          '--storage.tsdb.retention.time=6h',
        ],
        ports: [{name: 'http', containerPort: prometheusPort, protocol: 'TCP'}],
        resources: resources('60m', '96Mi', '512Mi'),
        readinessProbe: httpProbe('/-/ready', prometheusPort, {periodSeconds: 1, timeoutSeconds: 3}),
        volumeMounts: [readonlyFile('config', '/etc/prometheus'), {name: 'data', mountPath: '/prometheus'}],
      }),
    ],
    volumes: [
      {name: 'config', configMap: {name}},
      {name: 'data', emptyDir: {}},
    ],
    graceSeconds: 5,
  }),
  disruptionBudget(name, 'metrics'),
]
