// ZIP archives of text files (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT): reads stored and
// deflated entries, and writes stored ones.

export interface ZipEntry {
  path: string
  bytes: Uint8Array<ArrayBuffer>
}

export class ZipError extends Error {}

const LOCAL_HEADER = 0x04034b50
const CENTRAL_HEADER = 0x02014b50
const END_HEADER = 0x06054b50
const MAX_END = 22 + 0xffff // of the last header with its comment
const UTF8_FLAG = 0x800
const ENCRYPTED_FLAG = 1

/** The files of an archive. It is refused when they have more than `maxBytes` unpacked. */
export async function readZip(archive: Uint8Array<ArrayBuffer>, maxEntries: number, maxBytes: number): Promise<ZipEntry[]> {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  try {
    return await readEntries(archive, view, maxEntries, maxBytes)
  } catch (error) {
    if (error instanceof ZipError) throw error
    throw new ZipError('damaged', { cause: error })
  }
}

async function readEntries(archive: Uint8Array<ArrayBuffer>, view: DataView, maxEntries: number, maxBytes: number): Promise<ZipEntry[]> {
  const end = findEnd(view)
  const count = view.getUint16(end + 10, true)
  let at = view.getUint32(end + 16, true)
  const entries: ZipEntry[] = []
  let left = maxBytes
  for (let index = 0; index < count; index++) {
    if (view.getUint32(at, true) !== CENTRAL_HEADER) throw new ZipError('damaged')
    const nameLength = view.getUint16(at + 28, true)
    const path = decodeName(archive.subarray(at + 46, at + 46 + nameLength), view.getUint16(at + 8, true))
    if (!path.endsWith('/') && !isMetadata(path)) {
      if (entries.length === maxEntries) throw new ZipError('count')
      const bytes = await readContent(archive, view, at, left)
      left -= bytes.length
      entries.push({ path, bytes })
    }
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return entries
}

function findEnd(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - MAX_END); at--) {
    if (view.getUint32(at, true) === END_HEADER) return at
  }
  throw new ZipError('damaged')
}

function decodeName(bytes: Uint8Array, flags: number): string {
  const encodings = flags & UTF8_FLAG ? ['utf-8'] : ['utf-8', 'gbk'] // Windows in Chinese writes GBK without the flag
  for (const encoding of encodings) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes).replaceAll('\\', '/')
    } catch {
      continue
    }
  }
  throw new ZipError('damaged')
}

// Of macOS and Windows.
function isMetadata(path: string): boolean {
  return path.startsWith('__MACOSX/') || /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(path)
}

async function readContent(archive: Uint8Array<ArrayBuffer>, view: DataView, at: number, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (view.getUint16(at + 8, true) & ENCRYPTED_FLAG) throw new ZipError('encrypted')
  const method = view.getUint16(at + 10, true)
  const size = view.getUint32(at + 20, true)
  const local = view.getUint32(at + 42, true)
  if (view.getUint32(local, true) !== LOCAL_HEADER) throw new ZipError('damaged')
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
  const packed = archive.subarray(start, start + size)
  if (packed.length !== size || (method !== 0 && method !== 8)) throw new ZipError('damaged')
  const bytes = method === 0 ? packed : await inflate(packed, maxBytes)
  if (bytes.length > maxBytes) throw new ZipError('size')
  if (crc32(bytes) !== view.getUint32(at + 16, true)) throw new ZipError('damaged')
  return bytes
}

// The size in the header is not trusted: a small archive can unpack to gigabytes.
async function inflate(packed: Uint8Array<ArrayBuffer>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader()
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > maxBytes) {
      void reader.cancel()
      throw new ZipError('size')
    }
    parts.push(value)
  }
  const bytes = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

/** An archive of the entries, with names in UTF-8. */
export function writeZip(entries: readonly ZipEntry[]): Blob {
  const files: BlobPart[] = []
  const directory: BlobPart[] = []
  let offset = 0
  let directorySize = 0
  for (const { path, bytes } of entries) {
    const name = new TextEncoder().encode(path)
    const common = headerFields(bytes, name.length)
    const local = join(uint32(LOCAL_HEADER), common)
    const central = join(uint32(CENTRAL_HEADER), uint16(20), common, new Uint8Array(6), uint32(0o100644 * 0x10000), uint32(offset))
    central[5] = 3 // Unix, for the permissions
    files.push(local, name, bytes)
    directory.push(central, name)
    offset += local.length + name.length + bytes.length
    directorySize += central.length + name.length
  }
  const count = uint16(entries.length)
  const end = join(uint32(END_HEADER), uint32(0), count, count, uint32(directorySize), uint32(offset), uint16(0))
  return new Blob([...files, ...directory, end], { type: 'application/zip' })
}

// From the version needed to the length of the extra field. The time is 1980-01-01.
function headerFields(bytes: Uint8Array, nameLength: number): Uint8Array<ArrayBuffer> {
  return join(uint16(20), uint16(UTF8_FLAG), uint16(0), uint16(0), uint16(0x21), uint32(crc32(bytes)), uint32(bytes.length), uint32(bytes.length), uint16(nameLength), uint16(0))
}

function uint16(value: number): Uint8Array {
  return new Uint8Array([value & 0xff, (value >> 8) & 0xff])
}

function uint32(value: number): Uint8Array {
  return join(uint16(value & 0xffff), uint16(value >>> 16))
}

function join(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}
