import {each, type Functions, type MapFunction} from './function.js'

const round = (sample: number, toNearest: number): number => {
  // Multiplying by the inverse is more exact than dividing, for 0.1 and its like.
  const inverse = 1 / toNearest
  return Math.floor(sample * inverse + 0.5) / inverse
}

/** An infinite bound decides, whatever the other number is; otherwise NaN does. */
const larger = (left: number, right: number): number =>
  left === Number.POSITIVE_INFINITY || right === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : Math.max(left, right)
const smaller = (left: number, right: number): number => -larger(-left, -right)

const withLimits = (limits: number, value: MapFunction['value']): MapFunction => ({
  kind: 'map',
  args: ['vector', ...Array<'scalar'>(limits).fill('scalar')],
  returns: 'vector',
  value,
})

/** Arithmetic on each sample. */
export const mathFunctions = {
  abs: each(Math.abs),
  ceil: each(Math.ceil),
  floor: each(Math.floor),
  exp: each(Math.exp),
  sqrt: each(Math.sqrt),
  ln: each(Math.log),
  log2: each(Math.log2),
  log10: each(Math.log10),
  sgn: each(Math.sign),
  round: {...withLimits(1, (sample, [nearest = 1]) => round(sample, nearest)), optional: 1},
  clamp: withLimits(2, (sample, [min = Number.NaN, max = Number.NaN]) =>
    max < min ? undefined : larger(min, smaller(max, sample)),
  ),
  clamp_min: withLimits(1, (sample, [min = Number.NaN]) => larger(min, sample)),
  clamp_max: withLimits(1, (sample, [max = Number.NaN]) => smaller(max, sample)),
} satisfies Functions
