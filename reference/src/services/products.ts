export interface Product {
  sku: string
  name: string
  priceCents: number
}

const materials = ['Oak', 'Birch', 'Linen', 'Wool', 'Copper', 'Glass', 'Slate', 'Cork', 'Felt', 'Brass']
const things = ['Lamp', 'Chair', 'Bowl', 'Blanket', 'Shelf']

/** The fifty products of the shop, `sku-001` to `sku-050`: the same in every database that knows them. */
export const products: readonly Product[] = materials.flatMap((material, row) =>
  things.map((thing, column) => {
    const number = row * things.length + column + 1
    return {
      sku: `sku-${String(number).padStart(3, '0')}`,
      name: `${material} ${thing}`,
      priceCents: 990 + number * 310,
    }
  }),
)
