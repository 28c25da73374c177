import type {ToxiproxyClient} from '../../clients/toxiproxy.js'

/**
 * Makes a change to a proxy while it is closed, so that no connection is there to escape it: closing ends all that are
 * open. A proxy that is not open now is left as it is.
 *
 *   close ──▶ change ──▶ open          killed in between: `reopen` in the inverse says what to open
 */
export const whileClosed = async (
  client: ToxiproxyClient,
  proxy: string,
  reopen: string[],
  change: () => Promise<void>,
): Promise<void> => {
  const open = reopen.includes(proxy) && (await client.proxy(proxy))?.enabled === true
  if (open) await client.setEnabled(proxy, false)
  try {
    await change()
  } finally {
    if (open) await client.setEnabled(proxy, true)
  }
  // From here on it is closed only by somebody else, whose business it is to open it.
  const done = reopen.indexOf(proxy)
  if (done >= 0) reopen.splice(done, 1)
}
