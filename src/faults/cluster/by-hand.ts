import type {Target} from '../../scenarios/target.js'

/** `kubectl` with what makes it talk to the target's namespace, whatever the context of the shell is. */
export const kubectlFor = ({kubernetes}: Target): string => {
  const context = kubernetes?.context === undefined ? '' : ` --context ${kubernetes.context}`
  return `kubectl${context} -n ${kubernetes?.namespace ?? 'default'}`
}

/**
 * What a person types to reach an address of the target, and the address: what is reached through the API server has one of
 * our own for as long as the run lasts, and none after that.
 */
export const byHand = (address: 'toxiproxy' | 'control', target: Target): {first: string; url: string} => {
  const way = target.kubernetes?.reach?.find((one) => one.address === address)
  if (!way) return {first: '', url: target[address]?.url ?? ''}
  const forward = `${kubectlFor(target)} port-forward service/${way.service} ${way.port} & sleep 2; `
  return {first: forward, url: `http://127.0.0.1:${way.port}`}
}
