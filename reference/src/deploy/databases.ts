import {databaseNames} from '../topology.js'
import type {Images} from './images.js'
import {commonLabels, databasePort, labelsOf, type Manifest, selectorOf} from './names.js'
import {container, disruptionBudget, podTemplate, readonlyFile, resources, serviceBefore} from './pods.js'

/** They hold nothing but what a test wrote, and take calls from Toxiproxy alone. */
const secret: Manifest = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: {name: 'database', labels: commonLabels},
  type: 'Opaque',
  stringData: {user: 'shop', password: 'not-a-secret'},
}

const settings = {
  listen_addresses: '*',
  unix_socket_directories: '/tmp',
  shared_buffers: '8MB',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_wal_size: '64MB',
  jit: 'off',
  dynamic_shared_memory_type: 'mmap',
  // The data goes with the pod, whatever is on the disk.
  fsync: 'off',
  full_page_writes: 'off',
}

const start = [
  'set -e',
  'if [ ! -s "$PGDATA/PG_VERSION" ]; then',
  '  initdb --no-locale --encoding=UTF8 --no-sync --username="$DATABASE_USER" \\',
  '    --auth=scram-sha-256 --pwfile=/etc/database/password',
  '  echo "host all all all scram-sha-256" >> "$PGDATA/pg_hba.conf"',
  'fi',
  `exec postgres ${Object.entries(settings)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ')}`,
].join('\n')

const databaseContainer = (name: string, images: Images) =>
  container(name, images.postgres, {
    command: ['sh', '-c', start],
    env: [
      {name: 'PGDATA', value: '/var/lib/postgresql/data'},
      {name: 'DATABASE_USER', valueFrom: {secretKeyRef: {name: 'database', key: 'user'}}},
      {name: 'LC_ALL', value: 'C'},
      {name: 'TZ', value: 'UTC'},
    ],
    ports: [{name: 'postgres', containerPort: databasePort, protocol: 'TCP'}],
    resources: resources('40m', '64Mi', '256Mi'),
    readinessProbe: {tcpSocket: {port: databasePort}, periodSeconds: 1},
    volumeMounts: [
      {name: 'data', mountPath: '/var/lib/postgresql'},
      readonlyFile('password', '/etc/database'),
    ],
    // The postmaster's fast shutdown; SIGTERM would wait for the connections, which the pools keep open.
    lifecycle: {preStop: {exec: {command: ['sh', '-c', 'kill -INT 1']}}},
  })

const statefulSet = (name: string, images: Images): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: {name, labels: labelsOf(name, 'database')},
  spec: {
    replicas: 1,
    revisionHistoryLimit: 1,
    serviceName: name,
    selector: selectorOf(name),
    template: podTemplate(name, 'database', {
      containers: [databaseContainer(name, images)],
      volumes: [
        {name: 'data', emptyDir: {}},
        {name: 'password', secret: {secretName: 'database', items: [{key: 'password', path: 'password'}]}},
      ],
      graceSeconds: 10,
    }),
  },
})

/** One PostgreSQL for each service that keeps data. What is in it goes with its pod. */
export const databaseManifests = (images: Images): Manifest[] => [
  secret,
  ...databaseNames.flatMap((name) => [
    serviceBefore(name, 'database', [{name: 'postgres', port: databasePort}]),
    statefulSet(name, images),
    disruptionBudget(name, 'database'),
  ]),
]
