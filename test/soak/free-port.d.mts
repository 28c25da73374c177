/** A port of the loopback interface on which nobody listens, and that no client is given. See free-port.mjs. */
export const freePort: () => Promise<number>
