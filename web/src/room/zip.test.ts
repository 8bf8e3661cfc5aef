import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { groupUploads, readUpload, type UploadError } from './fileUpload'
import { initialSnapshot } from './store'
import { readZip, writeZip, ZipError } from './zip'

const encode = (text: string) => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytesOf = async (blob: Blob) => new Uint8Array(await blob.arrayBuffer())
const { limits } = initialSnapshot

describe('an archive', () => {
  it('has the files that were written', async () => {
    const archive = await bytesOf(writeZip([{ path: 'main.py', bytes: encode('print(1)\n') }, { path: 'lib/工具.py', bytes: encode('') }]))
    const entries = await readZip(archive, 9, 99)
    expect(entries.map(({ path, bytes }) => [path, decode(bytes)])).toEqual([['main.py', 'print(1)\n'], ['lib/工具.py', '']])
  })

  it('is understood by Python, and Python’s is understood', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'zip-'))
    const python = (code: string) => execFileSync('python3', ['-c', code], { cwd: folder, encoding: 'utf8' })
    try {
      writeFileSync(join(folder, 'own.zip'), await bytesOf(writeZip([{ path: 'lib/工具.py', bytes: encode('x = 1\n') }])))
      expect(python("import zipfile; z = zipfile.ZipFile('own.zip'); print(z.testzip(), z.namelist(), z.read('lib/工具.py'))")).toBe("None ['lib/工具.py'] b'x = 1\\n'\n")
      python("import zipfile; z = zipfile.ZipFile('its.zip', 'w', zipfile.ZIP_DEFLATED); z.writestr('a/', ''); z.writestr('a/长.txt', 'x' * 5000); z.writestr('__MACOSX/a', 'm'); z.close()")
      const entries = await readZip(new Uint8Array(readFileSync(join(folder, 'its.zip'))), 9, 9_999)
      expect(entries.map(({ path, bytes }) => [path, bytes.length])).toEqual([['a/长.txt', 5000]])
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('is refused when it is damaged or too large', async () => {
    const archive = await bytesOf(writeZip([{ path: 'a', bytes: encode('abc') }, { path: 'b', bytes: encode('abc') }]))
    const refusal = async (bytes: Uint8Array<ArrayBuffer>, entries = 9, size = 99) => readZip(bytes, entries, size).then(() => '', (error: unknown) => (error as ZipError).message)
    expect(await refusal(archive, 1)).toBe('count')
    expect(await refusal(archive, 9, 5)).toBe('size')
    expect(await refusal(new Uint8Array(40))).toBe('damaged')
    expect(await refusal(archive.slice(10))).toBe('damaged')
    for (let at = 0; at < archive.length; at++) {
      const flipped = archive.slice()
      flipped[at] = (flipped[at] ?? 0) ^ 0xff
      await readZip(flipped, 9, 9_999).catch((error: unknown) => expect(error).toBeInstanceOf(ZipError))
    }
  })

  it('does not unpack more than the limit, whatever its header claims', async () => {
    const packed = new Uint8Array(deflateRawSync(new Uint8Array(10_000_000)))
    const archive = await bytesOf(writeZip([{ path: 'a', bytes: packed }]))
    const at = archive.length - 22 - 47 // the header of the only entry in the directory
    archive[at + 10] = 8
    await expect(readZip(archive, 9, 1_000)).rejects.toThrow('size')
  })
})

describe('an upload', () => {
  const upload = (...files: [string, BlobPart][]) => readUpload(files.map(([name, part]) => new File([part], name)), limits)
  const refusal = (...files: [string, BlobPart][]) => upload(...files).then(() => '', (error: unknown) => `${(error as UploadError).code} ${(error as UploadError).path}`)

  it('has the texts of files and of archives', async () => {
    const archive = writeZip([{ path: 'lib/util.py', bytes: encode('x = 1\r\n') }])
    expect(await upload(['main.py', 'import lib.util'], ['all.zip', archive])).toEqual([
      { path: 'main.py', text: 'import lib.util' },
      { path: 'lib/util.py', text: 'x = 1\n' },
    ])
  })

  it('is refused with the reason and the file', async () => {
    expect(await refusal(['a.png', new Uint8Array([0x89, 0xff])])).toBe('file.binary a.png')
    expect(await refusal(['a.txt', 'a'], ['A.TXT', 'a'])).toBe('file.exists A.TXT')
    expect(await refusal(['a.zip', 'no archive'])).toBe('file.zip a.zip')
    expect(await refusal(['a.zip', writeZip([{ path: '../x', bytes: encode('') }])])).toBe('file.path ../x')
    expect(await refusal(['a.txt', 'x'.repeat(limits.documentUnits + 1)])).toBe('file.size a.txt')
    expect(await refusal(...Array.from({ length: limits.files + 1 }, (_, n): [string, string] => [`${n}.txt`, '']))).toBe('file.count ')
    expect(await refusal(['a.txt', 'x'.repeat(500_000)], ['b.txt', 'x'.repeat(500_000)], ['c.txt', 'x'.repeat(100_000)])).toBe('file.size ')
  })

  it('is sent in groups that fit into a request', () => {
    const file = (units: number) => ({ path: 'x', text: 'x'.repeat(units) })
    expect(groupUploads([file(100_000), file(60_000), file(1), file(500_000), file(5)]).map((group) => group.length)).toEqual([2, 1, 1, 1])
  })
})
