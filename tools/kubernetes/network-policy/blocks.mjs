const toNumber = (address) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)

const toAddress = (number) => [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.')

const parse = (cidr) => {
  const [address, bits] = cidr.split('/')
  const size = 2 ** (32 - Number(bits))
  const from = Math.floor(toNumber(address) / size) * size
  return {from, to: from + size, bits: Number(bits)}
}

const without = (block, holes) => {
  const near = holes.filter((hole) => hole.from < block.to && block.from < hole.to)
  if (near.length === 0) return [block]
  if (near.some((hole) => hole.from <= block.from && block.to <= hole.to)) return []
  const middle = (block.from + block.to) / 2
  const bits = block.bits + 1
  return [
    ...without({from: block.from, to: middle, bits}, near),
    ...without({from: middle, to: block.to, bits}, near),
  ]
}

/** An IPv4 block less the blocks excepted from it, as the fewest blocks that say the same. */
export const subtract = (cidr, except = []) =>
  without(parse(cidr), except.map(parse)).map(({from, bits}) => `${toAddress(from)}/${bits}`)
