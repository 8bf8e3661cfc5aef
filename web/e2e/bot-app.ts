// A smart bot of WeCom in callback mode, written from WeCom's documentation alone: it answers each text with a
// stream that is finished at the second refresh, and with a card whose button it replaces.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const BOT_TOKEN = 'SmartBotToken'
export const BOT_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

const key = Buffer.from(`${BOT_KEY}=`, 'base64')
const iv = key.subarray(0, 16)

interface BotMessage {
  msgid: string
  from: { userid: string }
  text?: { content: string }
  stream?: { id: string }
  event?: { template_card_event?: { task_id: string; event_key: string } }
}

function decrypt(text: string): string {
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  const plain = Buffer.concat([decipher.update(text, 'base64'), decipher.final()])
  return plain.subarray(20, 20 + plain.readUInt32BE(16)).toString()
}

function encrypt(text: string): string {
  const message = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(message.length)
  const padding = 32 - ((20 + message.length) % 32)
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  return Buffer.concat([cipher.update(Buffer.concat([randomBytes(16), length, message, Buffer.alloc(padding, padding)])), cipher.final()]).toString('base64')
}

const sign = (...values: string[]) => createHash('sha1').update([BOT_TOKEN, ...values].sort().join('')).digest('hex')

const card = (task: string, replaced = '') => ({
  card_type: 'button_interaction',
  main_title: { title: '明天 10:00 的面试' },
  task_id: task,
  button_list: [{ text: '收到', style: 1, key: 'confirm' }],
  ...(replaced && { replace_text: replaced }),
})

/** The reply to a message; refreshes counts those of each stream. */
function replyTo(message: BotMessage, refreshes: Map<string, number>): object | null {
  const tap = message.event?.template_card_event
  if (tap) return { response_type: 'update_template_card', userids: [message.from.userid], template_card: card(tap.task_id, '已确认') }
  if (message.text) return { msgtype: 'stream', stream: { id: message.msgid, finish: false, content: '<think>先查日程</think>正在查询', feedback: { id: 'feedback-1' } } }
  if (!message.stream) return null
  const { id } = message.stream
  const count = (refreshes.get(id) ?? 0) + 1
  refreshes.set(id, count)
  if (count < 2) return { msgtype: 'stream', stream: { id, finish: false, content: '正在查询……' } }
  return { msgtype: 'stream_with_template_card', stream: { id, finish: true, content: '明天有 **1** 场面试' }, template_card: card(`task-${id.replace(/[^\w-]/g, '')}`) }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** Starts the bot on a free port, and returns it with its address. */
export async function startBot(): Promise<{ server: Server; url: string }> {
  const refreshes = new Map<string, number>()
  const server = createServer((request, response) => {
    void (async () => {
      const query = new URL(request.url ?? '', 'http://bot').searchParams
      const [signature, timestamp, nonce] = ['msg_signature', 'timestamp', 'nonce'].map((name) => query.get(name) ?? '')
      const text = request.method === 'GET' ? (query.get('echostr') ?? '') : (JSON.parse(await readBody(request)) as { encrypt: string }).encrypt
      if (signature !== sign(timestamp ?? '', nonce ?? '', text)) return response.writeHead(403).end()
      if (request.method === 'GET') return response.end(decrypt(text))
      const reply = replyTo(JSON.parse(decrypt(text)) as BotMessage, refreshes)
      if (!reply) return response.end()
      const encrypted = encrypt(JSON.stringify(reply))
      const now = Math.floor(Date.now() / 1000)
      return response.end(JSON.stringify({ encrypt: encrypted, msgsignature: sign(String(now), nonce ?? '', encrypted), timestamp: now, nonce }))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bot` }
}
