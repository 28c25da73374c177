/** Path of a core resource of a namespace, such as pods or services. */
export const corePath = (namespace: string, resource: string, name?: string, subresource?: string): string =>
  ['/api/v1/namespaces', namespace, resource, name, subresource]
    .filter((part) => part !== undefined)
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/')
