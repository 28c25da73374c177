import {existsSync} from 'node:fs'
import {call, connect} from './api.mjs'
import {runs, started} from './processes.mjs'
import {inside} from './settings.mjs'

/** Whether the cluster came up whole, all its parts run, and the API server answers. */
export const isUp = async () => {
  const parts = started()
  if (!existsSync(inside('up')) || parts.length === 0 || !parts.every(runs)) return false
  const agent = connect()
  try {
    return (await call(agent, 'GET', '/readyz')).status === 200
  } catch {
    return false
  } finally {
    agent.destroy()
  }
}
