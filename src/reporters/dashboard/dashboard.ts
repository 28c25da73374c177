import {datasource, rowsJson} from './panel.js'
import {rows} from './rows.js'

/** The schema of dashboards of Grafana 10; newer ones take it and bring it up to date. */
const schemaVersion = 39

const variables = [
  {
    name: 'datasource',
    label: 'Prometheus',
    type: 'datasource',
    query: 'prometheus',
    hide: 0,
    refresh: 1,
    current: {},
  },
  {
    name: 'scenario',
    label: 'Scenario',
    type: 'query',
    datasource,
    query: {query: 'label_values(shakedown_run_info, scenario)', refId: 'scenario'},
    definition: 'label_values(shakedown_run_info, scenario)',
    includeAll: true,
    multi: true,
    allValue: '.*',
    current: {selected: true, text: ['All'], value: ['$__all']},
    hide: 0,
    refresh: 2,
    sort: 1,
  },
]

/** Regions and points that `--grafana` writes: phases, faults and guards, by their tags. */
const annotation = (name: string, tag: string, iconColor: string) => ({
  name,
  datasource: {type: 'grafana', uid: '-- Grafana --'},
  enable: true,
  hide: false,
  iconColor,
  target: {type: 'tags', tags: ['shakedown', tag], matchAny: false, limit: 100},
})

/** A dashboard for Grafana 10 and later, to be imported as it is: the load, the system, and what runs showed. */
export const dashboard = () => ({
  uid: 'shakedown',
  title: 'Shakedown',
  description: 'Load, faults and objectives of shakedown runs.',
  tags: ['shakedown'],
  schemaVersion,
  version: 1,
  editable: true,
  graphTooltip: 1,
  refresh: '5s',
  time: {from: 'now-15m', to: 'now'},
  timezone: 'browser',
  templating: {list: variables},
  annotations: {
    list: [
      annotation('Phases', 'phase', 'blue'),
      annotation('Faults', 'fault', 'red'),
      annotation('Guards', 'guard', 'orange'),
    ],
  },
  panels: rowsJson(rows),
})
