import type {Stage} from './stage.js'

/** Brings up a Prometheus that takes remote writes, and its Service `prometheus`; resolves when it answers. */
export const bringPrometheus = async ({apply, ready}: Stage): Promise<void> => {
  await apply(
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {name: 'prometheus'},
      // It scrapes itself: a run waits until its Prometheus is up to date.
      data: {
        'prometheus.yml': JSON.stringify({
          global: {scrape_interval: '1s'},
          scrape_configs: [{job_name: 'self', static_configs: [{targets: ['localhost:9090']}]}],
        }),
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {name: 'prometheus', labels: {app: 'prometheus'}},
      spec: {
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            name: 'prometheus',
            image: 'localhost/prometheus:1',
            imagePullPolicy: 'Never',
            args: [
              '--config.file=/config/prometheus.yml',
              '--storage.tsdb.path=/data',
              '--web.enable-remote-write-receiver',
              '--enable-feature=native-histograms',
            ],
            readinessProbe: {httpGet: {path: '/-/ready', port: 9090}, periodSeconds: 1},
            volumeMounts: [
              {name: 'config', mountPath: '/config'},
              {name: 'data', mountPath: '/data'},
            ],
          },
        ],
        volumes: [
          {name: 'config', configMap: {name: 'prometheus'}},
          {name: 'data', emptyDir: {}},
        ],
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {name: 'prometheus'},
      spec: {selector: {app: 'prometheus'}, ports: [{port: 9090}]},
    },
  )
  await ready('pod/prometheus')
}
