/** Levels in order of weight. */
const levels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof levels)[number]

type Write = (message: string, fields?: Record<string, unknown>) => void
export type Log = Record<LogLevel, Write>

export interface LogRules {
  service: string
  replica: string
  /** The lightest level that is written. */
  level: LogLevel
  write(line: string): void
}

/** Structured logs: one JSON object on one line. */
export const createLog = ({service, replica, level, write}: LogRules): Log => {
  const at =
    (own: LogLevel): Write =>
    (msg, fields) => {
      if (levels.indexOf(own) < levels.indexOf(level)) return
      const time = new Date().toISOString()
      write(`${JSON.stringify({level: own, time, service, replica, msg, ...fields})}\n`)
    }
  return {debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error')}
}
