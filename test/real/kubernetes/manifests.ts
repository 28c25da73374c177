/** A web server of busybox that says hello on port 8080. */
const webSpec = (): object => ({
  terminationGracePeriodSeconds: 1,
  containers: [
    {
      name: 'web',
      image: 'localhost/busybox:1',
      imagePullPolicy: 'Never',
      command: ['sh', '-c', 'echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'],
      readinessProbe: {tcpSocket: {port: 8080}, periodSeconds: 1},
    },
  ],
})

/** That web server as a Deployment under `app: NAME`, with nothing to wait for when a pod ends. */
export const webDeployment = (name: string, replicas = 1): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name},
  spec: {
    replicas,
    selector: {matchLabels: {app: name}},
    template: {metadata: {labels: {app: name}}, spec: webSpec()},
  },
})

/** A pod that waits, for commands to be run in it. */
export const shellPod = (name: string, labels: Record<string, string> = {}): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {name, labels},
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [
      {
        name: 'shell',
        image: 'localhost/busybox:1',
        imagePullPolicy: 'Never',
        command: ['sleep', '3600'],
      },
    ],
  },
})

/** A Service on port 80 for the pods of that app. */
export const service = (name: string, type: 'ClusterIP' | 'NodePort' = 'ClusterIP'): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {name},
  spec: {type, selector: {app: name}, ports: [{port: 80, targetPort: 8080}]},
})
