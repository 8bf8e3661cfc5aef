import type { Payload, Statement, Transcript, TranscriptRow } from './document'

export type Verification =
  | { state: 'valid' | 'chainOnly'; sealedAt: string; keyIds: string[] }
  | { state: 'unavailable' }
  | { state: 'row'; stream: string; row: number; kind: string }
  | { state: 'seal'; seal: number }

/** What a browser offers to verify with. Tests replace it. */
type Subtle = Pick<SubtleCrypto, 'digest' | 'importKey' | 'verify'>

/**
 * Verifies chains and signatures, and returns the first difference. Without Ed25519 only the chains
 * are checked; without Web Crypto, as in an old browser, nothing is.
 */
export async function verifyTranscript(transcript: Transcript, subtle: Subtle | undefined = globalThis.crypto?.subtle): Promise<Verification> {
  if (!subtle) return { state: 'unavailable' }
  const chains = new Map<string, string[]>()
  for (const { stream, start, rows } of transcript.streams) {
    let previous = await sha256(subtle, encode(`${transcript.format} ${transcript.version}\n${transcript.interviewId}\n${stream}`))
    if (toHex(previous) !== start) return { state: 'row', stream, row: 0, kind: '' }
    const chain = [start]
    chains.set(stream, chain)
    for (const row of rows) {
      previous = await sha256(subtle, concat(previous, await hashOf(subtle, row)))
      const { kind = '', ...place } = readPayload(row)
      const inPlace = row.payload === undefined || (place.stream === stream && place.row === chain.length)
      if (toHex(previous) !== row.chain || !inPlace) return { state: 'row', stream, row: chain.length, kind }
      chain.push(row.chain)
    }
  }
  return verifySeals(transcript, chains, subtle)
}

async function verifySeals(transcript: Transcript, chains: Map<string, string[]>, subtle: Subtle): Promise<Verification> {
  let signaturesChecked = true
  let sealedAt = ''
  let covered = new Map<string, number>()
  for (const [index, { keyId, publicKey, statement: text, signature }] of transcript.seals.entries()) {
    const failed: Verification = { state: 'seal', seal: index + 1 }
    const key = fromHex(publicKey)
    if (toHex(await sha256(subtle, key)) !== keyId) return failed
    const valid = await verifySignature(subtle, key, fromHex(signature), encode(text))
    if (valid === false) return failed
    signaturesChecked &&= valid !== undefined
    const statement = JSON.parse(text) as Statement
    const matches = ({ stream, rows, head }: Statement['streams'][number]) =>
      chains.has(stream) ? chains.get(stream)?.[rows] === head : transcript.audience === 'candidate'
    if (statement.interviewId !== transcript.interviewId || !statement.streams.every(matches)) return failed
    covered = new Map(statement.streams.map(({ stream, rows }) => [stream, rows]))
    sealedAt = statement.sealedAt
  }
  const allCovered = [...chains].every(([stream, chain]) => covered.get(stream) === chain.length - 1)
  if (transcript.seals.length === 0 || !allCovered) return { state: 'seal', seal: transcript.seals.length }
  return { state: signaturesChecked ? 'valid' : 'chainOnly', sealedAt, keyIds: [...new Set(transcript.seals.map(({ keyId }) => keyId))] }
}

/** Undefined when the browser has no Ed25519. */
async function verifySignature(subtle: Subtle, publicKey: Bytes, signature: Bytes, text: Bytes): Promise<boolean | undefined> {
  let key: CryptoKey
  try {
    key = await subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify'])
  } catch {
    return undefined
  }
  return subtle.verify({ name: 'Ed25519' }, key, signature, text)
}

type Bytes = Uint8Array<ArrayBuffer>

async function hashOf(subtle: Subtle, { payloadHash, salt = '', payload = '' }: TranscriptRow): Promise<Bytes> {
  return payloadHash === undefined ? sha256(subtle, concat(fromHex(salt), encode(payload))) : fromHex(payloadHash)
}

function readPayload({ payload }: TranscriptRow): Partial<Payload> {
  try {
    return JSON.parse(payload ?? '{}') as Partial<Payload>
  } catch {
    return {}
  }
}

const encode = (text: string): Bytes => new TextEncoder().encode(text)

async function sha256(subtle: Subtle, bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await subtle.digest('SHA-256', bytes))
}

function concat(first: Bytes, second: Bytes): Bytes {
  const out = new Uint8Array(first.length + second.length)
  out.set(first)
  out.set(second, first.length)
  return out
}

function toHex(bytes: Bytes): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Text that is no hexadecimal becomes bytes that match nothing. */
function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16))
}
