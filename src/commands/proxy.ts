import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.js'

/** The embedded Toxiproxy-compatible server on its own. */
export default class ProxyCommand extends BaseCommand {
  static override summary = 'Serve a Toxiproxy-compatible API and its proxies until Ctrl-C.'
  static override description =
    'Takes the place of the Go server under any Toxiproxy client. Exit 0 when it was told to stop.'
  static override examples = [
    '<%= config.bin %> proxy',
    '<%= config.bin %> proxy --port 8475 --seed 42',
    '<%= config.bin %> proxy --config proxies.json',
  ]
  static override enableJsonFlag = false
  static override flags = {
    host: Flags.string({summary: 'Address of the control API.', default: '127.0.0.1'}),
    port: Flags.integer({
      summary: 'Port of the control API; 0 takes a free one.',
      default: 8474,
      min: 0,
      max: 65_535,
    }),
    seed: Flags.integer({summary: 'Repeats every random choice of the toxics.', min: 0}),
    config: Flags.string({summary: 'JSON file of proxies to create: [{"name", "listen", "upstream"}].'}),
    'proxy-metrics': Flags.boolean({
      summary: "Accepted for the Go server's sake: here /metrics always has them.",
    }),
  }

  async run(): Promise<void> {
    const {flags} = await this.parse(ProxyCommand)
    const {serveProxy} = await import('../workflows/serve-proxy.js')
    await serveProxy(flags, this.signal, ({url, seed}) =>
      this.log(`The proxy server answers at ${url} (seed ${seed}). Stop it with Ctrl-C.`),
    )
  }
}
