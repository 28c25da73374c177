import {formatDuration} from '../scenarios/quantities.js'
import type {Guard, LostGuard, Scenario, WorldGuard} from '../scenarios/scenario.js'

const lasting = (forMs: number): string => (forMs > 0 ? ` for ${formatDuration(forMs)}` : '')

const ofMetrics = ({name, alert, stopWhen, above, below, forMs}: Guard): string => {
  if (alert !== undefined) return `${name}: the alert ${alert} fires`
  const beyond = above === undefined ? `below ${below}` : `above ${above}`
  return `${name}: ${stopWhen} is ${beyond}${lasting(forMs)}`
}

const ofReplicas = ({name, outside, forMs}: WorldGuard): string => {
  const or = outside === 'stays-up' ? 'is gone' : 'is not ready'
  return `${name}: a replica at which no fault aims restarts, or ${or}${lasting(forMs)}`
}

const ofObjectives = ({name, lost}: LostGuard): string => `${name}: "${lost}" is missed for certain`

/** What each guard of a scenario stops everything for, a line for each. */
export const guardsInWords = ({guards, worldGuards = [], lostGuards = []}: Scenario): string[] => [
  ...guards.map(ofMetrics),
  ...worldGuards.map(ofReplicas),
  ...lostGuards.map(ofObjectives),
]
