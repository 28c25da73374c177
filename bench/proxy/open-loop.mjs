// Open loop: requests at their intended times, so that a slow proxy cannot slow the questions down.
import {Agent, request} from 'node:http'

const quantile = (values, share) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)]

/** Resolves to p50 and p99 in milliseconds, counted from the intended times. Rejects when any request failed. */
export const steady = (port, {ratePerSecond, seconds}) =>
  new Promise((resolve, reject) => {
    const agent = new Agent({keepAlive: true, maxSockets: 50})
    const total = ratePerSecond * seconds
    const latencies = []
    const start = performance.now() + 20
    let sent = 0
    const fail = (error) => {
      sent = total
      agent.destroy()
      reject(error)
    }
    const answered = (intended) => {
      latencies.push(performance.now() - intended)
      if (latencies.length < total) return
      agent.destroy()
      resolve({p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99)})
    }
    const send = (intended) => {
      const call = request({port, host: '127.0.0.1', agent}, (response) =>
        response.resume().once('end', () => answered(intended)),
      )
      call.once('error', fail).end()
    }
    const tick = () => {
      for (; sent < total && start + (sent * 1000) / ratePerSecond <= performance.now(); sent++)
        send(start + (sent * 1000) / ratePerSecond)
      if (sent < total) setTimeout(tick, 1)
    }
    tick()
  })
