/** A script of an engine's, in the place of its path. A class, so that nothing written in YAML passes for it. */
export class ScriptFile {
  /** Absolute: it stays where it is, because it may read and import what lies beside it. */
  readonly path: string
  /** Of its text, hexadecimal. */
  readonly sha256: string

  constructor(path: string, sha256: string) {
    this.path = path
    this.sha256 = sha256
  }
}
