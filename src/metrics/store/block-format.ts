/**
 * How samples lie in a block: times as the change of the interval, values as the change of the increase, as in Facebook's
 * Gorilla (Pelkonen et al., VLDB 2015), but in whole bytes, which are read several times faster than bits.
 *
 *     offset  0         2            10            18
 *             | count   | first time | first value | samples after the first ...
 *             | uint16  | float64    | float64     |
 *
 *     a sample   | control byte            | of the time  | of the value   |
 *                | time code << 4 | value  | 0 to 8 bytes | 0 to 9 bytes   |
 *
 *     time code   0..10   the interval changed by -5..+5 ms          no bytes
 *                 11..13  … by an int8, int16, int32                 1, 2, 4
 *                 14      anything else: the time itself             8
 *     value code  0..6    the increase changed by -3..+3             no bytes
 *                 7..9    … by an int8, int16, int32                 1, 2, 4
 *                 10..12  XOR with the number before: its low bytes  7, 6, 5
 *                 13      XOR: zero bytes below << 4 | bytes, bytes  1 + 0 to 8
 *                 14, 15  NaN, staleness marker                      no bytes
 *
 * A change is used only where adding it up again gives the very same bits, so any doubles survive. After an XOR the
 * increase counts as 0. A NaN is not built upon: what follows it refers to the last number before it.
 */
export const countAt = 0
export const firstTimeAt = 2
export const firstValueAt = 10
export const headerBytes = 18

/** Changes up to this in either direction need no bytes of their own. */
export const timeReach = 5
export const valueReach = 3

export const rawTime = 14
export const xor7 = 10
export const xorAny = 13
export const plainNaN = 14
export const staleMarker = 15

/** The halves of the bits that Prometheus uses for a staleness marker: a NaN that no arithmetic makes. */
export const staleHigh = 0x7ff00000
export const staleLow = 2
/** The upper half of the NaN that arithmetic makes; the lower one is 0. */
export const plainNaNHigh = 0x7ff80000

/** The code of a change: itself when it is within `reach`, else one of three that say how many bytes it takes. */
export const changeCode = (change: number, reach: number): number => {
  if (change >= -reach && change <= reach) return change + reach
  if (change >= -128 && change < 128) return 2 * reach + 1
  return change >= -32_768 && change < 32_768 ? 2 * reach + 2 : 2 * reach + 3
}

/** Bytes after the control byte that a change with this code takes. */
export const changeBytes = (code: number, reach: number): number =>
  code <= 2 * reach ? 0 : 1 << (code - 2 * reach - 1)
