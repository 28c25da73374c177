/** The services of the shop, as the user names them. */
export type ServiceName = 'edge' | 'gateway' | 'catalog' | 'order' | 'inventory' | 'payment' | 'psp'

/** The databases, one PostgreSQL cluster each. */
export type DatabaseName = 'catalog-db' | 'order-db' | 'inventory-db' | 'payment-db'

export type SwitchValue = string | number | boolean

/** Switches of one service, without the service's name: `breaker`, `lb.healthcheck`. */
export type Switches = Record<string, SwitchValue>

/**
 * What a service process is told when it starts, as JSON in the environment variable `SHAKEDOWN_SERVICE_CONFIG`.
 * The supervisor forks `services/main.js` with an IPC channel; the process ends when that channel closes.
 * It is ready when `GET /readyz` answers 200.
 */
export interface ServiceConfig {
  service: ServiceName
  /** `catalog-1` */
  replica: string
  /** Port to listen on; the same after a restart. */
  port: number
  /** Address to listen on; 127.0.0.1 when not given. */
  host?: string
  /** How long new requests are still taken when it is to end, in ms; 600 when not given. */
  noticeMs?: number
  /** Where the switches are asked for that were set before this process started; not asked when not given. */
  controlUrl?: string
  /** Callee → base URLs of its replicas, each through its proxy. */
  upstreams: Partial<Record<ServiceName, {replica: string; url: string}[]>>
  /** PostgreSQL connection URL through its proxy. */
  databaseUrl?: string
  /** Switches that differ from the defaults. */
  switches: Switches
  /** Every random choice of the process derives from it. */
  seed: number
}

/*
 * HTTP surface of every service, on its port:
 *   GET   /livez             200 while the process runs
 *   GET   /readyz            200 when it can serve, else 503 with the reason
 *   GET   /metrics           Prometheus text format
 *   GET   /__ref/switches    {"breaker": true, …}: current values of all its switches
 *   PATCH /__ref/switches    changes some; 400 for an unknown name or a wrong type; answers like GET
 *   PUT   /__ref/ballast     {"bytes": n}: holds that much memory without using it; answers {"heldBytes": n}
 *   GET   /__ref/leave       not ready from now on; answers when callers had time to notice (a pod's preStop hook);
 *                            with `shutdown.drain` off it answers at once and changes nothing
 *
 * Metrics, beside the process defaults of prom-client:
 *   http_requests_total{route,method,code}                       counter
 *   http_request_duration_seconds{route,method,code}             histogram; 0.3 is one of its bounds
 *   http_requests_in_flight                                      gauge
 *   client_calls_total{from,to,result}                           counter: logical calls; result ok | error | rejected
 *   client_attempts_total{from,to,result}                        counter: attempts on the wire; result ok | status |
 *                                                                timeout | refused | reset | other
 *   client_attempt_duration_seconds{from,to}                     histogram
 *   circuit_state{from,to}                                       gauge: 0 closed, 1 half-open, 2 open
 *   circuit_opened_total{from,to}                                counter
 *   lb_backend_healthy{from,to,backend}                          gauge 0 | 1
 *   work_waiting                                                 gauge: requests that wait for a worker
 *   ref_switch{name,value}                                       gauge 1: the state of each switch
 *
 * Routes, from the outside in: GET /products, GET /products/:sku, GET /products/:sku/related,
 * POST /checkout {sku, quantity}, GET /orders/:id.
 */
