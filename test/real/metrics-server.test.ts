import {existsSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import {describe, it} from 'vitest'
import {prometheusApiContract} from '../contracts/prometheus-api.js'
import {prometheusVersion, startRealPrometheus} from '../fakes/metrics-real-prometheus.js'

const cacheHome = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache')
const tools = process.env['SHAKEDOWN_TOOLS'] ?? join(cacheHome, 'shakedown-tools')
const binary = join(tools, 'prometheus-3.5.0', 'prometheus')

if (!existsSync(binary) || prometheusVersion(binary) !== '3.5') {
  process.stderr.write('SKIPPED: Prometheus 3.5 is not installed. Install it with tools/prometheus-3.5\n')
  describe('Prometheus 3.5', () => {
    it.skip('is not installed: run tools/prometheus-3.5, then test again', () => {})
  })
} else {
  prometheusApiContract('Prometheus 3.5', {
    start: () => startRealPrometheus(binary, [], 1000, ['--web.enable-remote-write-receiver']),
  })
}
