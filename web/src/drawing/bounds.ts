import type { Point, VisibleElement } from './element'

export interface Bounds {
  left: number
  top: number
  right: number
  bottom: number
}

/** The box around an element, turned by its angle. */
export function boundsOf(element: VisibleElement): Bounds {
  const { left, top, right, bottom } = unturnedBounds(element)
  const centre = { x: (left + right) / 2, y: (top + bottom) / 2 }
  const [sin, cos] = [Math.sin(element.angle), Math.cos(element.angle)]
  const corners = [[left, top], [right, top], [left, bottom], [right, bottom]].map(([x = 0, y = 0]): Point => {
    const [dx, dy] = [x - centre.x, y - centre.y]
    return [centre.x + dx * cos - dy * sin, centre.y + dx * sin + dy * cos]
  })
  return aroundPoints(corners)
}

/** The box around an element before it is turned, around whose centre it is turned. */
export function unturnedBounds({ x, y, width, height, points }: VisibleElement): Bounds {
  if (!points || points.length === 0) return { left: x, top: y, right: x + width, bottom: y + height }
  return aroundPoints(points.map(([dx, dy]): Point => [x + dx, y + dy]))
}

export function unite(a: Bounds | null, b: Bounds): Bounds {
  if (!a) return b
  return { left: Math.min(a.left, b.left), top: Math.min(a.top, b.top), right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom) }
}

/** The box around elements, null without any. */
export function boundsOfAll(elements: readonly VisibleElement[]): Bounds | null {
  return elements.reduce<Bounds | null>((all, element) => unite(all, boundsOf(element)), null)
}

function aroundPoints(points: readonly Point[]): Bounds {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  return { left, top, right, bottom }
}
