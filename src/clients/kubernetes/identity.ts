import {readFile} from 'node:fs/promises'
import type http from 'node:http'
import type {RequestOptions} from 'node:https'
import {agentFor} from './agent.js'
import type {KubeConfig} from './kubeconfig.js'
import {tokenFileProvider} from './load-kubeconfig.js'
import {type Credentials, plugInOf} from './plug-in.js'

/** Who we are to the API server, where the package does not know it by itself. */
export interface Identity {
  /** To be called before the kubeconfig gives the options of a call. Rejects with the signal's reason when it aborts. */
  prepare(signal: AbortSignal | undefined): Promise<void>
  /** Others than before are asked for next; `false` where there are none. */
  forget(): boolean
  agent(options: RequestOptions, server: string): http.Agent
}

const provider = 'shakedown-plug-in'

/** Lets a kubeconfig take credentials from its plug-in, or from its file of a token, which is replaced while we live. */
export const identityOf = (kubeconfig: KubeConfig): Identity => {
  const plugIn = plugInOf(kubeconfig)
  const own = kubeconfig.getCurrentUser()?.name
  let prepared: Credentials | undefined
  if (plugIn) {
    // The package asks a plug-in for every call that has no end in sight, without a limit, and several times at once.
    kubeconfig.users = kubeconfig.users.map((user) =>
      user.name === own ? {...user, exec: undefined, authProvider: {name: provider}} : user,
    )
  }
  kubeconfig.addAuthenticator({
    isAuthProvider: ({authProvider}) => [provider, tokenFileProvider].includes(String(authProvider?.name)),
    applyAuthentication: async ({authProvider}, options) => {
      if (authProvider.name === tokenFileProvider) {
        const token = await readFile(String(authProvider.path), 'utf8')
        Object.assign(options, {headers: {...options.headers, Authorization: `Bearer ${token.trim()}`}})
        return
      }
      const {token, clientCertificateData, clientKeyData} = prepared ?? {}
      Object.assign(options, {
        ...(token && {headers: {...options.headers, Authorization: `Bearer ${token}`}}),
        ...(clientCertificateData && {cert: clientCertificateData}),
        ...(clientKeyData && {key: clientKeyData}),
      })
    },
  })
  return {
    prepare: async (signal) => {
      signal?.throwIfAborted()
      prepared = await plugIn?.credentials(signal)
    },
    forget: () => plugIn?.forget() ?? false,
    agent: agentFor(kubeconfig.getCurrentCluster()?.proxyUrl !== undefined),
  }
}
