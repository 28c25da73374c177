import {each, type Functions, type MapFunction} from './function.js'

const round = (sample: number, toNearest: number): number => {
  // Multiplying by the inverse is more exact than dividing, for 0.1 and its like.
  const inverse = 1 / toNearest
  return Math.floor(sample * inverse + 0.5) / inverse
}

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
    max < min ? undefined : Math.max(min, Math.min(max, sample)),
  ),
  clamp_min: withLimits(1, (sample, [min = Number.NaN]) => Math.max(min, sample)),
  clamp_max: withLimits(1, (sample, [max = Number.NaN]) => Math.min(max, sample)),
} satisfies Functions
