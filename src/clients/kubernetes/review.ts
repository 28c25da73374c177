import {z} from 'zod'
import type {Api} from './api.js'
import type {Cluster, Right} from './cluster.js'

const review = z.object({status: z.object({allowed: z.boolean()})})

/** Which rights this account has: asked of the API server, which knows roles and webhooks alike. */
export const reviewCalls = (api: Api): Pick<Cluster, 'review'> => ({
  review: async (rights) =>
    await Promise.all(
      rights.map(async (right: Right) => {
        const {verb, group, resource, subresource, namespace} = right
        const attributes = {
          verb,
          group,
          resource,
          ...(subresource === undefined ? {} : {subresource}),
          ...(namespace === undefined ? {} : {namespace}),
        }
        const answer = await api.ask({
          method: 'POST',
          path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
          body: {
            apiVersion: 'authorization.k8s.io/v1',
            kind: 'SelfSubjectAccessReview',
            spec: {resourceAttributes: attributes},
          },
          asked: 'tell which rights this account has',
          again: true,
        })
        return {right, allowed: review.parse(answer).status.allowed}
      }),
    ),
})
