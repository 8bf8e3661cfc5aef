// Elements of the drawing as the room protocol and the log have them (docs/room-protocol.md, Drawing).

export interface ElementHead {
  id: string
  version: number
  versionNonce: number
  isDeleted?: boolean
}

export type Point = readonly [number, number]

export interface Binding {
  elementId: string
  focus: number
  gap: number
  fixedPoint?: Point | null
}

export const shapeTypes = ['rectangle', 'ellipse', 'diamond', 'arrow', 'line', 'freedraw', 'text', 'frame'] as const
export type ShapeType = (typeof shapeTypes)[number]

export interface Shape {
  type: ShapeType
  /** the order from back to front, compared by code units */
  index: string
  x: number
  y: number
  width: number
  height: number
  /** in radians */
  angle: number
  strokeColor: string
  backgroundColor: string
  fillStyle: string
  strokeWidth: number
  strokeStyle: string
  roughness: number
  opacity: number
  seed: number
  roundness?: { type: number; value?: number }
  groupIds?: readonly string[]
  frameId?: string
  boundElements?: readonly { id: string; type: string }[]
  locked?: boolean
  points?: readonly Point[]
  startBinding?: Binding
  endBinding?: Binding
  startArrowhead?: string
  endArrowhead?: string
  elbowed?: boolean
  fixedSegments?: readonly { index: number; start: Point; end: Point }[]
  startIsSpecial?: boolean
  endIsSpecial?: boolean
  pressures?: readonly number[]
  simulatePressure?: boolean
  text?: string
  /** before it was wrapped */
  originalText?: string
  fontSize?: number
  fontFamily?: number
  textAlign?: string
  verticalAlign?: string
  containerId?: string
  lineHeight?: number
  /** the text is wrapped */
  fixedWidth?: boolean
  /** of a frame */
  name?: string
}

/** A deleted element has its head only. */
export type DrawingElement = ElementHead & Partial<Shape>
export type VisibleElement = ElementHead & Shape

export function isVisible(element: DrawingElement): element is VisibleElement {
  return !element.isDeleted && element.type !== undefined && (shapeTypes as readonly string[]).includes(element.type)
}

/** Whether a version replaces another one of the same element: the rule of Excalidraw and of the server. */
export function isNewer(a: ElementHead, b: ElementHead | undefined): boolean {
  if (!b) return true
  return a.version > b.version || (a.version === b.version && a.versionNonce < b.versionNonce)
}

export function isSameVersion(a: ElementHead, b: ElementHead | undefined): boolean {
  return a.version === b?.version && a.versionNonce === b.versionNonce
}

/** The visible elements from back to front. */
export function sortVisible(elements: Iterable<DrawingElement>): VisibleElement[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return [...elements].filter(isVisible).sort((a, b) => compare(a.index, b.index) || compare(a.id, b.id))
}

/** The texts of the elements, in the order of reading. */
export function textsOf(elements: readonly VisibleElement[]): string[] {
  const texts = elements.flatMap(({ type, x, y, text, originalText, name }) => {
    const value = (type === 'frame' ? name : (originalText ?? text))?.trim()
    return value ? [{ x, y, value }] : []
  })
  return texts.sort((a, b) => a.y - b.y || a.x - b.x).map(({ value }) => value)
}
