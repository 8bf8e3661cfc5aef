// Maps elements of Excalidraw to those of the protocol, and back. Only stored fields pass.

import { shapeTypes, type Binding, type DrawingElement, type Point, type ShapeType } from './element'

/** The fields of Excalidraw's elements that are read; those of a type are absent in others. */
export interface EditorElement {
  id: string
  version: number
  versionNonce: number
  isDeleted: boolean
  type: string
  [field: string]: unknown
}

const COORDINATE_STEPS = 100 // of a pixel
const FINE_STEPS = 10_000 // of an angle, and of a position within an element
const HEAD = ['id', 'version', 'versionNonce'] as const
const NUMBERS = ['x', 'y', 'width', 'height', 'strokeWidth', 'roughness', 'opacity', 'fontSize'] as const
const VALUES = ['type', 'index', 'strokeColor', 'backgroundColor', 'fillStyle', 'strokeStyle', 'seed'] as const
/** not written when they are null, false or empty */
const OPTIONAL = ['frameId', 'locked', 'startArrowhead', 'endArrowhead', 'elbowed', 'startIsSpecial', 'endIsSpecial', 'simulatePressure', 'text', 'originalText', 'fontFamily', 'textAlign', 'verticalAlign', 'containerId', 'name'] as const

export function isStorable({ type }: EditorElement): boolean {
  return (shapeTypes as readonly string[]).includes(type)
}

/**
 * Whether an element is sent: a text that is still empty, or a shape without a size, is only begun. Other editors would
 * delete it.
 */
export function isComplete({ isDeleted, type, text, width, height }: EditorElement): boolean {
  if (isDeleted || type === 'freedraw') return true
  return type === 'text' ? Boolean(text) : width !== 0 || height !== 0
}

/** An element of the editor as it is sent. */
export function toStored(element: EditorElement): DrawingElement {
  const stored: Record<string, unknown> = {}
  for (const field of HEAD) stored[field] = element[field]
  if (element.isDeleted) return { ...stored, isDeleted: true } as DrawingElement
  for (const field of VALUES) stored[field] = element[field]
  for (const field of NUMBERS) if (isNumber(element[field])) stored[field] = round(element[field])
  stored.angle = round(element.angle as number, FINE_STEPS)
  for (const field of OPTIONAL) if (element[field]) stored[field] = element[field]
  for (const field of ['groupIds', 'boundElements'] as const) {
    const list = element[field]
    if (Array.isArray(list) && list.length > 0) stored[field] = list
  }
  const { roundness, points, pressures, fixedSegments, lineHeight } = element
  if (roundness) stored.roundness = roundness
  if (Array.isArray(points)) stored.points = (points as Point[]).map((point) => roundPoint(point))
  if (Array.isArray(pressures) && pressures.length > 0) stored.pressures = (pressures as number[]).map((pressure) => round(pressure, 1_000))
  if (Array.isArray(fixedSegments) && fixedSegments.length > 0) {
    stored.fixedSegments = (fixedSegments as { index: number; start: Point; end: Point }[]).map(({ index, start, end }) => ({ index, start: roundPoint(start), end: roundPoint(end) }))
  }
  for (const field of ['startBinding', 'endBinding'] as const) if (element[field]) stored[field] = toStoredBinding(element[field] as Binding)
  if (isNumber(lineHeight)) stored.lineHeight = round(lineHeight, FINE_STEPS)
  if (element.type === 'text' && element.autoResize === false) stored.fixedWidth = true
  return stored as unknown as DrawingElement
}

function toStoredBinding({ elementId, focus, gap, fixedPoint }: Binding): Binding {
  const binding = { elementId, focus: round(focus ?? 0, FINE_STEPS), gap: round(gap ?? 0, FINE_STEPS) }
  return fixedPoint ? { ...binding, fixedPoint: roundPoint(fixedPoint, FINE_STEPS) } : binding
}

/** A stored element with the fields that Excalidraw expects; it fills in others. */
export function toEditor(element: DrawingElement): EditorElement {
  const { id, version, versionNonce, isDeleted = false, fixedWidth, ...shape } = element
  const head = { id, version, versionNonce, isDeleted }
  const common = { groupIds: [], frameId: null, boundElements: null, roundness: null, link: null, locked: false, ...shape, type: shape.type as ShapeType }
  switch (shape.type) {
    case 'text':
      return { text: '', originalText: '', containerId: null, autoResize: !fixedWidth, ...common, ...head }
    case 'arrow':
    case 'line':
      return { points: [], lastCommittedPoint: null, startBinding: null, endBinding: null, startArrowhead: null, endArrowhead: null, elbowed: false, fixedSegments: null, startIsSpecial: null, endIsSpecial: null, ...common, ...head }
    case 'freedraw':
      return { points: [], pressures: [], simulatePressure: false, lastCommittedPoint: null, ...common, ...head }
    case 'frame':
      return { name: null, ...common, ...head }
    default:
      return { ...common, ...head }
  }
}

const isNumber = (value: unknown): value is number => typeof value === 'number'

function round(value: number, steps = COORDINATE_STEPS): number {
  return Math.round(value * steps) / steps || 0 // no -0, which JSON writes as 0
}

function roundPoint([x, y]: Point, steps = COORDINATE_STEPS): Point {
  return [round(x, steps), round(y, steps)]
}
