/** Pods of `app: web` answer pods with `role: friend` only. */
export const onlyFriends = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {name: 'only-friends'},
  spec: {
    podSelector: {matchLabels: {app: 'web'}},
    policyTypes: ['Ingress'],
    ingress: [{from: [{podSelector: {matchLabels: {role: 'friend'}}}], ports: [{port: 8080}]}],
  },
}

/** Pods with `role: friend` may ask for names and nothing else. */
export const onlyNames = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: {name: 'only-names'},
  spec: {
    podSelector: {matchLabels: {role: 'friend'}},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          {
            namespaceSelector: {matchLabels: {'kubernetes.io/metadata.name': 'kube-system'}},
            podSelector: {matchLabels: {'k8s-app': 'kube-dns'}},
          },
        ],
        ports: [{port: 53, protocol: 'UDP'}],
      },
    ],
  },
}

/** Uses all the CPU time it is given, ten times what it asked for. */
export const busyDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {name: 'busy'},
  spec: {
    selector: {matchLabels: {app: 'busy'}},
    template: {
      metadata: {labels: {app: 'busy'}},
      spec: {
        terminationGracePeriodSeconds: 0,
        containers: [
          {
            name: 'busy',
            image: 'localhost/busybox:1',
            imagePullPolicy: 'Never',
            command: ['sh', '-c', 'while true; do true; done'],
            resources: {requests: {cpu: '10m'}, limits: {cpu: '100m'}},
          },
        ],
      },
    },
  },
}

/** One more replica when that is so. */
export const autoscaler = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: {name: 'busy'},
  spec: {
    scaleTargetRef: {apiVersion: 'apps/v1', kind: 'Deployment', name: 'busy'},
    minReplicas: 1,
    maxReplicas: 2,
    metrics: [
      {type: 'Resource', resource: {name: 'cpu', target: {type: 'Utilization', averageUtilization: 50}}},
    ],
    behavior: {scaleUp: {stabilizationWindowSeconds: 0}},
  },
}
