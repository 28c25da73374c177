import {execFileSync} from 'node:child_process'

const find = (): string | undefined => {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium'], {encoding: 'utf8'}).trim()
  } catch {
    return undefined
  }
}

/** Where Chromium is; it is said loudly where it is not. */
export const chromiumPath = find()
if (!chromiumPath)
  process.stderr.write('SKIPPED: Chromium is not installed. Install it with tools/chromium\n')

/** Loopback is not even needed by a report: a page that wanted anything from the network would complain. */
export const chromiumOptions = {
  ...(chromiumPath ? {executablePath: chromiumPath} : {}),
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
