import {describe, expect, it} from 'vitest'
import {missingRight, refusedError, unreachableError} from '../../../src/clients/kubernetes/errors.js'

const where = 'context shop (https://127.0.0.1:6443), namespace shop'

const answer = (status: number, body: unknown = '') => ({
  status,
  text: typeof body === 'string' ? body : JSON.stringify(body),
  retryAfter: undefined,
  unsure: false,
})

describe('what an API server refuses', () => {
  it.each([
    [
      'a role that lacks a verb',
      'User "u" cannot delete resource "pods" in API group "" in the namespace "shop"',
      {verb: 'delete', group: '', resource: 'pods', namespace: 'shop'},
    ],
    [
      'a subresource',
      'User "u" cannot create resource "pods/eviction" in API group "" in the namespace "shop"',
      {verb: 'create', group: '', resource: 'pods', subresource: 'eviction', namespace: 'shop'},
    ],
    [
      'the whole cluster',
      'nodes is forbidden: User "u" cannot list resource "nodes" in API group "" at the cluster scope',
      {verb: 'list', group: '', resource: 'nodes'},
    ],
    [
      'another group',
      'User "u" cannot patch resource "deployments/scale" in API group "apps" in the namespace "shop"',
      {verb: 'patch', group: 'apps', resource: 'deployments', subresource: 'scale', namespace: 'shop'},
    ],
  ])('names the right that is missing: %s', (_, message, right) => {
    expect(missingRight(message)).toEqual(right)
  })

  it('says the rule that would allow it', () => {
    const message =
      'pods "web-1" is forbidden: User "system:serviceaccount:shop:ci" cannot delete resource "pods" in API group "" in the namespace "shop"'
    const error = refusedError(
      answer(403, {kind: 'Status', reason: 'Forbidden', message}),
      'delete pod web-1',
      where,
    )
    expect(error.message).toBe(
      `system:serviceaccount:shop:ci may not delete pods in namespace shop (${where})`,
    )
    expect(error.hint).toContain(
      'A Role with this rule would allow it:\n- apiGroups:\n    - ""\n  resources:\n    - pods\n  verbs:\n    - delete',
    )
  })

  it('is told as admission where no role is missing', () => {
    const error = refusedError(answer(403, {message: 'exceeded quota: pods=10'}), 'create Pod a', where)
    expect(error).toMatchObject({
      message: expect.stringContaining('exceeded quota'),
      hint: expect.stringContaining('quota'),
    })
  })

  it.each([
    [401, '', 'does not accept our credentials', 'expired'],
    [409, {message: 'it exists'}, 'would not create Pod a: it exists', undefined],
    [
      422,
      {message: 'invalid', details: {causes: [{reason: 'x', message: 'spec.containers: Required value'}]}},
      'invalid',
      'spec.containers',
    ],
    [429, {message: 'too many requests'}, 'could not create Pod a: 429, too many requests', 'overloaded'],
    [503, '<html>gateway</html>', 'could not create Pod a: 503, status 503', 'overloaded'],
  ])('says what to do about %i', (status, body, message, hint) => {
    const error = refusedError(answer(status, body), 'create Pod a', where)
    expect(error.message).toContain(message)
    if (hint === undefined) expect(error.hint).toBeUndefined()
    else expect(error.hint).toContain(hint)
  })

  it.each([
    ['ECONNREFUSED', 'refuses connections'],
    ['ENOTFOUND', 'its name is unknown'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'does not trust'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name'],
    ['E_SOMETHING', 'cannot be talked to: broken'],
  ])('is told in one line when there is no answer: %s', (code, message) => {
    const error = unreachableError(Object.assign(new Error('broken\nat line 2'), {code}), where)
    expect(error.message).toContain(message)
    expect(error.message).not.toContain('\n')
    expect(error.hint).toBeDefined()
  })
})
