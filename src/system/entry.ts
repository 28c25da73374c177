/**
 * The URL of a compiled file that is started as a worker thread or process of its own.
 * Tests run the sources, but Node starts only what is built: seen from `src/`, the entry is the one in `dist/`.
 */
export const entryUrl = (relative: string, from: string): URL => {
  const url = new URL(relative, from)
  return from.endsWith('.ts') ? new URL(url.href.replace(/\/src\/(?!.*\/src\/)/, '/dist/')) : url
}
