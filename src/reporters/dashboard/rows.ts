import type {Row} from './panel.js'

const rate = '[$__rate_interval]'

/** What the load generator saw (`run --metrics-port`). */
const load: Row = {
  title: 'Load',
  panels: [
    {
      title: 'Requests by outcome',
      description: 'What became of requests that were due: answered, failed, or skipped by the generator.',
      type: 'timeseries',
      unit: 'reqps',
      queries: [
        {expr: `sum by (outcome) (rate(shakedown_load_requests_total${rate}))`, legend: '{{outcome}}'},
      ],
    },
    {
      title: 'Answers by status and failures',
      description: 'Answers by status code, and requests without an answer by what happened to them.',
      type: 'timeseries',
      unit: 'reqps',
      queries: [
        {
          expr: `sum by (code) (rate(shakedown_load_requests_total{outcome="answered"}${rate}))`,
          legend: '{{code}}',
        },
        {
          expr: `sum by (error) (rate(shakedown_load_requests_total{outcome="failed"}${rate}))`,
          legend: '{{error}}',
        },
      ],
    },
    {
      title: 'Latency from the intended send',
      description: 'A stall of the system is in it: latency counts from when a request was to be sent.',
      type: 'timeseries',
      unit: 's',
      queries: [0.5, 0.9, 0.99].map((quantile) => ({
        expr: `histogram_quantile(${quantile}, sum by (le) (rate(shakedown_load_request_duration_seconds_bucket${rate})))`,
        legend: `p${quantile * 100}`,
      })),
    },
    {
      title: 'In flight',
      description: 'Requests sent and not answered yet.',
      type: 'timeseries',
      unit: 'short',
      queries: [{expr: 'sum(shakedown_load_in_flight)', legend: 'in flight'}],
    },
    {
      title: 'Health of the generator',
      description: 'How late it sent, and how late its timers were: when these grow, it is the bottleneck.',
      type: 'timeseries',
      unit: 's',
      queries: [
        {expr: 'max(shakedown_load_lateness_seconds{quantile="0.99"})', legend: 'lateness p99'},
        {expr: 'max(shakedown_load_event_loop_delay_seconds{quantile="0.99"})', legend: 'loop delay p99'},
      ],
    },
    {
      title: 'Flows',
      description: 'Flows that ended, completed or broken at a step.',
      type: 'timeseries',
      unit: 'ops',
      queries: [
        {
          expr: `sum by (flow, outcome) (rate(shakedown_load_flows_total${rate}))`,
          legend: '{{flow}} {{outcome}}',
        },
      ],
    },
  ],
}

/** What the services of the reference deployment say of themselves. */
const system: Row = {
  title: 'System (metrics of the reference deployment)',
  panels: [
    {
      title: 'Failed requests by service',
      description: 'Answers of class 5xx as a share of all.',
      type: 'timeseries',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum by (job) (rate(http_requests_total{code=~"5.."}${rate})) / sum by (job) (rate(http_requests_total${rate}))`,
          legend: '{{job}}',
        },
      ],
    },
    {
      title: 'Latency p99 by service',
      description: 'As the services themselves saw it: what waited outside of them is not in it.',
      type: 'timeseries',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.99, sum by (job, le) (rate(http_request_duration_seconds_bucket${rate})))`,
          legend: '{{job}}',
        },
      ],
    },
    {
      title: 'Attempts per call by edge',
      description: 'Above 1, callers retry: load that nobody sent.',
      type: 'timeseries',
      unit: 'short',
      queries: [
        {
          expr: `sum by (from, to) (rate(client_attempts_total${rate})) / sum by (from, to) (rate(client_calls_total${rate}))`,
          legend: '{{from}} → {{to}}',
        },
      ],
    },
    {
      title: 'Failed attempts by edge',
      description: 'Attempts without a good answer as a share of all.',
      type: 'timeseries',
      unit: 'percentunit',
      queries: [
        {
          expr: `sum by (from, to) (rate(client_attempts_total{result!="ok"}${rate})) / sum by (from, to) (rate(client_attempts_total${rate}))`,
          legend: '{{from}} → {{to}}',
        },
      ],
    },
    {
      title: 'Circuit breakers',
      description: 'The state of each circuit breaker.',
      type: 'state-timeline',
      unit: 'short',
      queries: [{expr: 'max by (from, to) (circuit_state)', legend: '{{from}} → {{to}}'}],
      mappings: {
        0: {text: 'closed', color: 'green'},
        1: {text: 'half-open', color: 'yellow'},
        2: {text: 'open', color: 'red'},
      },
    },
    {
      title: 'Requests that wait for a worker',
      description: 'A queue that does not get shorter after a fault is one that feeds itself.',
      type: 'timeseries',
      unit: 'short',
      queries: [{expr: 'sum by (job) (work_waiting)', legend: '{{job}}'}],
    },
  ],
}

const own = '{scenario=~"$scenario"}'

/** What runs showed (`--remote-write`, or `--report metrics` through node_exporter). */
const results: Row = {
  title: 'Results',
  panels: [
    {
      title: 'Outcomes',
      description: 'How the runs of each scenario ended.',
      type: 'state-timeline',
      unit: 'short',
      queries: [
        {
          expr: `max by (scenario, outcome) (shakedown_run_outcome${own}) == 1`,
          legend: '{{scenario}}: {{outcome}}',
        },
      ],
    },
    {
      title: 'Objectives: estimate, interval and target',
      description: 'Shares are between 0 and 1, times are in seconds.',
      type: 'timeseries',
      unit: 'short',
      queries: [
        {expr: `shakedown_objective_estimate${own}`, legend: '{{objective}} ({{phase}})'},
        {expr: `shakedown_objective_interval_low${own}`, legend: '{{objective}} ({{phase}}) low'},
        {expr: `shakedown_objective_interval_high${own}`, legend: '{{objective}} ({{phase}}) high'},
        {expr: `shakedown_objective_target${own}`, legend: '{{objective}} ({{phase}}) {{comparator}}'},
      ],
    },
    {
      title: 'Objectives missed or not decided, of the latest run in the range',
      description: 'Every objective and phase that did not pass.',
      type: 'table',
      unit: 'short',
      queries: [
        {
          expr: `last_over_time(shakedown_objective_outcome{scenario=~"$scenario", outcome!="pass"}[$__range]) == 1`,
          legend: '',
        },
      ],
    },
  ],
}

export const rows: readonly Row[] = [load, system, results]
