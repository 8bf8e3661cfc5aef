// Paths of SVG for the points of lines, arrows and freedraws, relative to the element.

import type { Point } from './element'

const format = (n: number) => String(Math.round(n * 100) / 100)
const at = ([x, y]: Point) => `${format(x)} ${format(y)}`

export function straightPath(points: readonly Point[]): string {
  return points.map((point, index) => `${index === 0 ? 'M' : 'L'}${at(point)}`).join('')
}

/** A curve through the points. */
export function curvedPath(points: readonly Point[]): string {
  if (points.length < 3) return straightPath(points)
  let path = `M${at(points[0] as Point)}`
  for (let n = 0; n < points.length - 1; n++) {
    const [before, from, to, after] = [n - 1, n, n + 1, n + 2].map((i) => points[Math.max(0, Math.min(points.length - 1, i))] as Point) as [Point, Point, Point, Point]
    const control = (point: Point, a: Point, b: Point, sign: number): Point => [point[0] + (sign * (b[0] - a[0])) / 6, point[1] + (sign * (b[1] - a[1])) / 6]
    path += `C${at(control(from, before, to, 1))} ${at(control(to, from, after, -1))} ${at(to)}`
  }
  return path
}

/** A smooth line through the middles between the points, which are close together. */
export function drawnPath(points: readonly Point[]): string {
  if (points.length === 1) return `M${at(points[0] as Point)}h0.01`
  let path = ''
  points.forEach((point, index) => {
    const next = points[index + 1]
    if (!next) path += `L${at(point)}`
    else if (index === 0) path = `M${at(point)}`
    else path += `Q${at(point)} ${at([(point[0] + next[0]) / 2, (point[1] + next[1]) / 2])}`
  })
  return path
}

export interface Arrowhead {
  path: string
  /** closed, in the colour of the line or of the background */
  fill: 'none' | 'line' | 'background'
}

const HEAD_LENGTH = 20

/** The head of an arrow at `tip`, which comes from `from`. */
export function arrowhead(kind: string, from: Point, tip: Point): Arrowhead | null {
  const distance = Math.hypot(tip[0] - from[0], tip[1] - from[1])
  if (distance === 0) return null
  const size = Math.min(HEAD_LENGTH, distance / 2)
  const [ux, uy] = [(tip[0] - from[0]) / distance, (tip[1] - from[1]) / distance]
  const move = (along: number, aside: number): Point => [tip[0] + along * ux - aside * uy, tip[1] + along * uy + aside * ux]
  const fill = kind.endsWith('_outline') ? 'background' : 'line'
  switch (kind.replace('_outline', '')) {
    case 'bar':
      return { path: straightPath([move(0, size / 2), move(0, -size / 2)]), fill: 'none' }
    case 'dot':
    case 'circle': {
      const radius = format(size / 4)
      return { path: `M${at(tip)}a${radius} ${radius} 0 1 0 ${at([-ux * (size / 2), -uy * (size / 2)])}a${radius} ${radius} 0 1 0 ${at([ux * (size / 2), uy * (size / 2)])}z`, fill }
    }
    case 'triangle':
      return { path: `${straightPath([tip, move(-size * 0.8, size * 0.4), move(-size * 0.8, -size * 0.4)])}z`, fill }
    case 'diamond':
      return { path: `${straightPath([tip, move(-size * 0.5, size * 0.3), move(-size, 0), move(-size * 0.5, -size * 0.3)])}z`, fill }
    case 'crowfoot_one':
      return { path: straightPath([move(-size * 0.6, size / 2), move(-size * 0.6, -size / 2)]), fill: 'none' }
    case 'crowfoot_many':
    case 'crowfoot_one_or_many':
      return { path: straightPath([move(0, size / 2), move(-size, 0), move(0, -size / 2)]), fill: 'none' }
    default:
      return { path: straightPath([move(-size, size * 0.4), tip, move(-size, -size * 0.4)]), fill: 'none' }
  }
}
