import {each, type Functions} from './function.js'

/** Angles are in radians unless the name says otherwise. */
export const trigonometryFunctions = {
  sin: each(Math.sin),
  cos: each(Math.cos),
  tan: each(Math.tan),
  asin: each(Math.asin),
  acos: each(Math.acos),
  atan: each(Math.atan),
  sinh: each(Math.sinh),
  cosh: each(Math.cosh),
  tanh: each(Math.tanh),
  asinh: each(Math.asinh),
  acosh: each(Math.acosh),
  atanh: each(Math.atanh),
  deg: each((sample) => (sample * 180) / Math.PI),
  rad: each((sample) => (sample * Math.PI) / 180),
} satisfies Functions
