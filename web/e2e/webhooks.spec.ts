// An administrator adds a webhook endpoint, which receives events, fails, and receives a resend.

import { createHmac, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from './demo'
import { Member } from './wecom'

test('webhook delivery, failure and resend', async ({ browser, demo }) => {
  const receiver = await WebhookReceiver.start()
  const administrator = await Member.open(browser, demo, 'LinYue', '林悦')
  const page = await administrator.openApp()
  await page.goto(`${demo.product}/settings/webhooks`)

  const secret = await test.step('the endpoint is added and the secret shown once', async () => {
    await page.getByRole('button', { name: '添加接收地址' }).click()
    await page.getByRole('textbox', { name: '接收地址' }).fill(receiver.address)
    await page.getByRole('textbox', { name: '说明' }).fill('ATS')
    await page.getByRole('button', { name: '保存' }).click()
    const shown = page.getByRole('dialog', { name: '签名密钥' })
    const text = await shown.getByText(/^whsec_/).innerText()
    await shown.getByRole('button', { name: '我已保存' }).click()
    return text
  })

  await test.step('a test event arrives and is verified', async () => {
    await page.getByRole('button', { name: '推送记录' }).click()
    await page.getByRole('button', { name: '发送测试事件' }).click()
    await expect(page.getByRole('listitem').filter({ hasText: '测试事件' }).getByText('已送达 · 200')).toBeVisible()
    expect(receiver.received.map(({ type }) => type)).toEqual(['webhook.test'])
    expect(receiver.received[0]?.isVerified(secret)).toBe(true)
  })

  await test.step('a new candidate is refused by the receiver', async () => {
    receiver.status = 503
    const created = await page.evaluate(async () => {
      const body = JSON.stringify({ name: '沈一一' })
      return (await fetch('/api/candidates', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } })).status
    })
    expect(created).toBe(201)
    const entry = page.getByRole('listitem').filter({ hasText: '新增候选人' })
    await expect(entry.getByText('待发送 · 503')).toBeVisible()
    await entry.getByText('新增候选人').click()
    await expect(entry.getByText('接收方返回 HTTP 503')).toBeVisible()
    receiver.status = 200
    await entry.getByRole('button', { name: '重新发送' }).click()
    await expect(entry.getByText('已送达 · 200')).toBeVisible()
  })
  await administrator.close()
  await receiver.stop()
})

class WebhookRequest {
  readonly type: string

  constructor(
    private readonly headers: IncomingMessage['headers'],
    private readonly body: string,
  ) {
    this.type = (JSON.parse(body) as { type: string }).type
  }

  /** Verifies the signature as docs/webhooks.md describes. */
  isVerified(secret: string): boolean {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const signed = `${String(this.headers['webhook-id'])}.${String(this.headers['webhook-timestamp'])}.${this.body}`
    const want = createHmac('sha256', key).update(signed).digest()
    return String(this.headers['webhook-signature'])
      .split(' ')
      .some((one) => {
        const got = Buffer.from(one.slice('v1,'.length), 'base64')
        return got.length === want.length && timingSafeEqual(got, want)
      })
  }
}

class WebhookReceiver {
  readonly received: WebhookRequest[] = []
  status = 200

  private constructor(private readonly server: ReturnType<typeof createServer>) {}

  static async start(): Promise<WebhookReceiver> {
    const server = createServer()
    const receiver = new WebhookReceiver(server)
    server.on('request', (request, response) => {
      let body = ''
      request.on('data', (part: Buffer) => (body += part.toString()))
      request.on('end', () => {
        receiver.received.push(new WebhookRequest(request.headers, body))
        response.writeHead(receiver.status).end()
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return receiver
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
    await once(this.server, 'close')
  }
}
