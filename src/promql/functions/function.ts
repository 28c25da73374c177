import type {Span} from '../errors.js'
import type {Context} from '../evaluate/context.js'
import type {
  Evaluated,
  RangeValue,
  RawSeries,
  ScalarValue,
  TextValue,
  VectorValue,
} from '../evaluate/values.js'
import type {Window} from '../evaluate/windows.js'
import type {Call, ValueType} from '../syntax/ast.js'

/** A call with its arguments evaluated. */
export interface Invocation {
  node: Call
  args: Evaluated[]
  context: Context
}

interface Signature {
  args: readonly ValueType[]
  /** How many of the last arguments may be left out. */
  optional?: number
  /** The last argument may come any number of times, or not at all. */
  repeats?: boolean
  returns: ValueType
}

/** From each sample of an instant vector to one value; the scalar arguments follow. Undefined drops the sample. */
export interface MapFunction extends Signature {
  kind: 'map'
  value(sample: number, parameters: readonly number[]): number | undefined
}

/** From the samples of one window to one value; parameters as above. */
type ValueOfWindow = (window: Window, parameters: readonly number[]) => number | undefined

interface AnyWindowFunction extends Signature {
  kind: 'window'
  /** The result is still the metric itself (`last_over_time`). */
  keepsName?: boolean
  /** Notes on the arguments, made once per call that has a result. */
  note?(invocation: Invocation): void
}

/**
 * From the samples of each window of a range vector to one value. With `valueIn` it looks at a whole series first,
 * and what it learns there saves work in windows that overlap.
 */
export type WindowFunction = AnyWindowFunction &
  ({value: ValueOfWindow} | {valueIn: (series: RawSeries) => ValueOfWindow})

/** Everything else. */
export interface WholeFunction extends Signature {
  kind: 'whole'
  evaluate(invocation: Invocation): Evaluated
}

export type FunctionDefinition = (MapFunction | WindowFunction | WholeFunction) & {
  /** Given a plain selector, the function wants the samples' times instead of their values. */
  readsSampleTimes?: boolean
}

export type Functions = Record<string, FunctionDefinition>

type ByType = {vector: VectorValue; scalar: ScalarValue; string: TextValue; range: RangeValue}

const argument =
  <Type extends keyof ByType>(type: Type) =>
  ({args, node}: Invocation, index: number): ByType[Type] => {
    const value = args[index]
    if (value?.type !== type) throw new Error(`The type check let ${value?.type} pass in ${node.name}()`)
    // `type` has just been compared; the compiler does not follow a discriminant through a type parameter.
    return value as ByType[Type]
  }

export const vectorArgument = argument('vector')
export const scalarArgument = argument('scalar')
export const textArgument = argument('string')
export const rangeArgument = argument('range')

/** Where an argument stands, for errors and notes; the call itself when it was left out. */
export const placeOf = ({node}: Invocation, index: number): Span => node.args[index] ?? node

type Extras = Partial<Pick<WindowFunction, 'keepsName' | 'note'>>

/** `max_over_time(x[5m])` and its like: one range vector in, an instant vector out. */
export const overRange = (value: ValueOfWindow, extras: Extras = {}): WindowFunction => ({
  kind: 'window',
  args: ['range'],
  returns: 'vector',
  value,
  ...extras,
})

/** `rate(x[5m])` and its like: as above, looking at each series as a whole first. */
export const overSeries = (
  valueIn: (series: RawSeries) => ValueOfWindow,
  extras: Extras = {},
): WindowFunction => ({kind: 'window', args: ['range'], returns: 'vector', valueIn, ...extras})

/** `abs(x)` and its like: one instant vector in, one out. */
export const each = (value: (sample: number) => number): MapFunction => ({
  kind: 'map',
  args: ['vector'],
  returns: 'vector',
  value,
})
