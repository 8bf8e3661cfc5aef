// What a user uploads: text files, and ZIP archives of them.

import { baseName, checkPath, foldName } from './fileNames'
import type { Limits } from './protocol'
import { readZip, ZipError } from './zip'

export interface UploadedFile {
  path: string
  text: string
}

/** Why files cannot be uploaded; `path` is the file of which it is. */
export class UploadError extends Error {
  constructor(
    readonly code: string,
    readonly path = '',
  ) {
    super(code)
  }
}

const MAX_ARCHIVE_BYTES = 8 * 1024 * 1024
const BYTES_PER_UNIT = 3 // of UTF-8, at most
const MAX_REQUEST_UNITS = 160_000 // of the texts of one request, which has a limit of 1 MiB

/** Reads files and unpacks archives. Two files of one name are refused. */
export async function readUpload(files: readonly File[], limits: Limits): Promise<UploadedFile[]> {
  const read = (await Promise.all(files.map((file) => readFile(file, limits)))).flat()
  if (read.length > limits.files) throw new UploadError('file.count')
  if (read.reduce((sum, { text }) => sum + text.length, 0) > limits.fileUnits) throw new UploadError('file.size')
  const names = new Set<string>()
  for (const { path, text } of read) {
    const problem = checkPath(path) ?? (text.length > limits.documentUnits ? 'file.size' : undefined)
    if (problem) throw new UploadError(problem, path)
    if (names.has(foldName(path))) throw new UploadError('file.exists', path)
    names.add(foldName(path))
  }
  return read
}

async function readFile(file: File, limits: Limits): Promise<UploadedFile[]> {
  const isArchive = /\.zip$/i.test(file.name)
  const maxBytes = limits.fileUnits * BYTES_PER_UNIT
  if (file.size > (isArchive ? MAX_ARCHIVE_BYTES : maxBytes)) throw new UploadError('file.size', file.name)
  const bytes = new Uint8Array(await file.arrayBuffer())
  if (!isArchive) return [toText(file.name, bytes)]
  try {
    return (await readZip(bytes, limits.files, maxBytes)).map((entry) => toText(entry.path, entry.bytes))
  } catch (error) {
    if (error instanceof ZipError) throw new UploadError(zipCodes[error.message] ?? 'file.zip', file.name)
    throw error
  }
}

const zipCodes: Record<string, string> = { count: 'file.count', size: 'file.size' }

function toText(path: string, bytes: Uint8Array): UploadedFile {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    if (text.includes('\0')) throw new UploadError('file.binary', path)
    return { path: path.normalize('NFC'), text: text.replace(/\r\n?/g, '\n') }
  } catch {
    throw new UploadError('file.binary', baseName(path))
  }
}

/** The files in groups that fit into one request each. */
export function groupUploads(files: readonly UploadedFile[]): UploadedFile[][] {
  const groups: UploadedFile[][] = []
  let units = Infinity
  for (const file of files) {
    units += file.text.length
    if (units > MAX_REQUEST_UNITS) {
      groups.push([])
      units = file.text.length
    }
    groups.at(-1)?.push(file)
  }
  return groups
}
