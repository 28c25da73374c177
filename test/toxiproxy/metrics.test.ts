import {describe, expect, it} from 'vitest'
import {exposition, ProxyMetrics} from '../../src/toxiproxy/metrics.js'

describe('exposition', () => {
  it('puts the samples of all proxies under one header per family, and escapes labels', () => {
    const [first, second] = [new ProxyMetrics(), new ProxyMetrics()]
    first.connections = 3
    first.toxic('t').bytes = 5
    const text = exposition([...first.families('a"\\\n'), ...second.families('b')])
    expect(text).toContain(
      [
        '# HELP shakedown_proxy_connections_total Connections accepted.',
        '# TYPE shakedown_proxy_connections_total counter',
        String.raw`shakedown_proxy_connections_total{proxy="a\"\\\n"} 3`,
        'shakedown_proxy_connections_total{proxy="b"} 0',
        '',
      ].join('\n'),
    )
    expect(text).toContain(String.raw`shakedown_toxic_bytes_total{proxy="a\"\\\n",toxic="t"} 5`)
    expect(text.match(/^# TYPE shakedown_proxy_connections_total/gm)).toHaveLength(1)
    expect(text.endsWith('\n')).toBe(true)
  })

  it('keeps counters apart by listener and upstream', () => {
    const metrics = new ProxyMetrics()
    metrics.bytes('upstream', 'l:1', 'u:1').received += 7
    expect(metrics.bytes('upstream', 'l:1', 'u:1').received).toBe(7)
    expect(metrics.bytes('upstream', 'l:1', 'u:2').received).toBe(0)
    expect(metrics.bytes('downstream', 'l:1', 'u:1').received).toBe(0)
  })
})
