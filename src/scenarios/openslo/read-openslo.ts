import type {Problem} from '../problems.js'
import type {PromqlReader} from '../promql-reader.js'
import {problemAt} from '../schema-problems.js'
import {orKnown} from '../suggest.js'
import type {YamlFile} from '../yaml-file.js'
import {type Reading, Unusable} from './indicator.js'
import {type Asked, type Written, written} from './objectives.js'
import {type Placed, readSloObjects, type SloObjects} from './objects.js'
import type {Objective, Slo} from './schema.js'

/** What is made of some OpenSLO files. */
export interface ReadSlos {
  objectives: (Written & {name: string})[]
  problems: Problem[]
  remarks: Problem[]
  /** Why nothing of what was asked for is there, for the place that asked. */
  lack?: string
}

/** The indicator of an SLO, and the file that it stands in. */
const indicatorOf = ({file, object: {spec}}: Placed<Slo>, {indicators}: SloObjects) => {
  if (spec.indicator) return {file, spec: spec.indicator.spec, path: ['spec', 'indicator', 'spec']}
  if (spec.indicatorRef === undefined) {
    throw new Unusable(problemAt(file, ['spec'], 'there is neither an "indicator" nor an "indicatorRef"'), {
      mistake: true,
    })
  }
  const found = indicators.get(spec.indicatorRef)
  if (found) return {file: found.file, spec: found.object.spec, path: ['spec']}
  const message = `there is no SLI "${spec.indicatorRef}" in these files${orKnown(spec.indicatorRef, [...indicators.keys()])}`
  throw new Unusable(problemAt(file, ['spec', 'indicatorRef'], message), {mistake: true})
}

const targetOf = (
  {target, targetPercent}: Objective,
  isShare: boolean,
  fail: (why: string) => Unusable,
): number => {
  if (target !== undefined && targetPercent !== undefined) {
    throw fail('"target" and "targetPercent" are given, only one is needed')
  }
  if (target === undefined && targetPercent === undefined && isShare) {
    throw fail('there is no "target" and no "targetPercent"')
  }
  return target ?? Number(((targetPercent ?? 100) / 100).toPrecision(12))
}

/** What of an SLO has no part in judging phases. */
const remarkUnused = ({file, object: {spec}}: Placed<Slo>, remark: Reading['remark']): void => {
  const [window] = spec.timeWindow ?? []
  if (window) {
    const length = window.duration === undefined ? '' : ` of ${window.duration}`
    remark(
      file,
      ['spec', 'timeWindow'],
      `the time window${length} is not used: each phase is judged by itself`,
    )
  }
  if (spec.alertPolicies?.length) {
    remark(file, ['spec', 'alertPolicies'], 'not used: alerts are taken from Prometheus rule files')
  }
}

const nameOf = ({metadata, spec}: Slo, index: number): string => {
  if (spec.objectives.length === 1) return metadata.name
  return `${metadata.name} ${spec.objectives[index]?.displayName ?? index + 1}`
}

const readSlo = (slo: Placed<Slo>, reading: Omit<Reading, 'file'>): ReadSlos['objectives'] => {
  const {file, object} = slo
  const {budgetingMethod = 'Occurrences', objectives} = object.spec
  if (budgetingMethod !== 'Occurrences') {
    const message = `${budgetingMethod} cannot be judged in phases: only Occurrences can`
    throw new Unusable(problemAt(file, ['spec', 'budgetingMethod'], message), {mistake: false})
  }
  remarkUnused(slo, reading.remark)
  return objectives.map((objective, index) => {
    const at = ['spec', 'objectives', index]
    const fail = (why: string, mistake = true): Unusable => new Unusable(problemAt(file, at, why), {mistake})
    if (['indicator', 'indicatorRef', 'compositeWeight'].some((key) => Object.hasOwn(objective, key))) {
      throw fail(
        'an objective with an indicator of its own makes a composite SLO, which cannot be judged',
        false,
      )
    }
    const indicator = indicatorOf(slo, reading.objects)
    const isShare = indicator.spec.thresholdMetric === undefined
    const target = targetOf(objective, isShare, fail)
    if (!isShare) {
      const key = objective.target === undefined ? 'targetPercent' : 'target'
      const message = 'not used: a phase is one measurement, and it must hold'
      if (Object.hasOwn(objective, key)) reading.remark(file, [...at, key], message)
    }
    const asked: Asked = {...indicator, objective, target, reading: {...reading, file: indicator.file}}
    return {...written(asked), name: nameOf(object, index)}
  })
}

/**
 * Makes objectives of the SLOs of some files, of all or of the one that is named. An SLO that cannot be used is a
 * problem when it was named, or is wrong, else a remark. Throws ProblemsError for text that is no YAML.
 */
export const readOpenSlo = (
  files: readonly {path: string; text: string}[],
  name: string | undefined,
  promql: PromqlReader,
  recorded: ReadonlyMap<string, string[]>,
): ReadSlos => {
  const objects = readSloObjects(files)
  const {problems, remarks, slos} = objects
  const remark = (file: YamlFile, path: Parameters<typeof problemAt>[1], message: string): void =>
    void remarks.push(problemAt(file, path, message))
  const asked = [...slos].filter(([key]) => name === undefined || key === name)
  const objectives = asked.flatMap(([key, slo]) => {
    try {
      return readSlo(slo, {objects, promql, recorded, remark})
    } catch (error) {
      if (!(error instanceof Unusable)) throw error
      if (error.mistake || name !== undefined) problems.push(error.problem)
      else remarks.push({...error.problem, message: `the SLO "${key}" is not used: ${error.message}`})
      return []
    }
  })
  const known = [...slos.keys()]
  const nothing =
    asked.length > 0
      ? 'none of its SLOs can be used'
      : name === undefined
        ? 'there is no SLO in it'
        : `there is no SLO "${name}" in it${orKnown(name, known)}`
  return {
    objectives,
    problems,
    remarks,
    ...(objectives.length === 0 && problems.length === 0 && {lack: nothing}),
  }
}
