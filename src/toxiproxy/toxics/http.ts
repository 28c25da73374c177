import {Conversation} from '../http/conversation.js'
import {problemWith} from '../http/settings.js'
import {defineToxic} from '../toxic.js'

/**
 * Delays or answers a share of the HTTP/1.x requests of a route; everything else passes untouched. The share is rolled
 * for each request, the toxicity for each connection. Not in the original.
 */
export const http = defineToxic({
  attributes: ['status', 'delay', 'method', 'path', 'share', 'body', 'content_type', 'retry_after'],
  defaults: {method: '', path: '', share: 1, body: '', content_type: 'text/plain; charset=utf-8'},
  goType: 'HttpToxic',
  goInteger: 'int64',
  direction: 'upstream',
  problem: problemWith,
  keepsOnChange: true,

  // The attributes are read anew with each request.
  pipe: (stage) => new Conversation(stage).follow(),
})
