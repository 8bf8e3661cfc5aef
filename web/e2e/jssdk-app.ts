// A small application for WeCom: its pages use @wecom/jssdk, and its server signs them with tickets of
// the simulator, bin/wecomsim, whose company has the application as a trusted domain.

import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, expect } from '@playwright/test'

const root = join(import.meta.dirname, '../..')
const SDK_FILE = join(root, 'web/node_modules/@wecom/jssdk/dist/wecom.js')
export const CORP_ID = 'wwjssdk000000001'
const CORP_SECRET = 'secret-of-the-jssdk-test'

export interface Fixture {
  /** address of the simulated WeCom */
  wecom: string
  /** address of the application */
  app: string
}

export const test = base.extend<object, { fixture: Fixture }>({
  fixture: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'huimian-wecomsim-'))
      const fixture = { wecom: '', app: '' }
      const app = await listenOnFreePort(createServer((request, response) => void handleRequest(fixture, request, response)))
      fixture.app = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
      const simulator = await startSimulator(folder, fixture)
      try {
        await use(fixture)
      } finally {
        simulator.kill('SIGTERM')
        app.closeAllConnections()
        app.close()
        await rm(folder, { recursive: true, force: true })
      }
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})

export { expect }

function listenOnFreePort(server: Server): Promise<Server> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

async function startSimulator(folder: string, fixture: Fixture) {
  const company = {
    id: CORP_ID,
    name: '云杉科技',
    advancedMeetings: true,
    departments: [{ id: 2, name: '研发部' }, { id: 3, name: '人力资源部' }],
    members: [
      { userId: 'linyue', name: '林悦', departments: [3], position: '招聘经理' },
      { userId: 'chenmo', name: '陈默', departments: [2], position: '架构师' },
      { userId: 'zhouhang', name: '周航', departments: [2], position: '工程师' },
    ],
    apps: [
      {
        agentId: 1000002, name: '网页应用', description: '用 JS-SDK 的网页', secret: CORP_SECRET, customers: true, customerService: true,
        homeUrl: `${fixture.app}/`, trustedDomains: [new URL(fixture.app).host],
        callbackUrl: `${fixture.app}/callback`, callbackToken: 'JssdkToken', encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
        menu: [
          { name: '扫码签到', type: 'scancode_waitmsg', key: 'check-in' },
          { name: '拍照', type: 'pic_sysphoto', key: 'photo' },
          { name: '更多', sub_button: [{ name: '选择位置', type: 'location_select', key: 'place' }] },
        ],
      },
    ],
    robots: [{ key: 'robot-key', name: '招聘提醒' }],
  }
  const file = join(folder, 'company.json')
  await writeFile(file, JSON.stringify([company]))
  const simulator = spawn(join(root, 'bin/wecomsim'), ['-listen', '127.0.0.1:0', '-company', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  fixture.wecom = await new Promise<string>((resolve, reject) => {
    simulator.once('exit', (code) => reject(new Error(`bin/wecomsim ended with ${code}`)))
    simulator.stdout.on('data', (text: Buffer) => {
      output += text.toString()
      const found = /client +(http:\/\/[^/\s]+)/.exec(output)
      if (found?.[1]) resolve(found[1])
    })
  })
  return simulator
}

/** Calls the API of the simulator. */
export async function callApi<T>(fixture: Fixture, path: string, query: Record<string, string>, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const reply = (await (await fetch(`${fixture.wecom}/cgi-bin/${path}?${new URLSearchParams(query)}`, init)).json()) as T & { errcode: number; errmsg: string }
  if (reply.errcode !== 0) throw new Error(`${path}: ${reply.errmsg}`)
  return reply
}

export async function accessToken(fixture: Fixture): Promise<string> {
  return (await callApi<{ access_token: string }>(fixture, 'gettoken', { corpid: CORP_ID, corpsecret: CORP_SECRET })).access_token
}

async function signPage(fixture: Fixture, kind: string, page: string) {
  const access_token = await accessToken(fixture)
  const { ticket } = await (kind === 'agent'
    ? callApi<{ ticket: string }>(fixture, 'ticket/get', { access_token, type: 'agent_config' })
    : callApi<{ ticket: string }>(fixture, 'get_jsapi_ticket', { access_token }))
  const [nonceStr, timestamp] = [randomUUID(), Math.floor(Date.now() / 1000)]
  const text = `jsapi_ticket=${ticket}&noncestr=${nonceStr}&timestamp=${timestamp}&url=${page}`
  return { nonceStr, timestamp, signature: createHash('sha1').update(text).digest('hex') }
}

/** The application: a page that forbids framing, WeCom's SDK, signatures, sign-in. */
async function handleRequest(fixture: Fixture, request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url ?? '/', fixture.app)
  const send = (kind: string, body: string | Buffer, more: Record<string, string> = {}) => {
    response.writeHead(200, { 'content-type': kind, 'cache-control': 'no-store', ...more })
    response.end(body)
  }
  switch (url.pathname) {
    case '/sdk.js':
      return send('text/javascript', await readFile(SDK_FILE))
    case '/page.js':
      return send('text/javascript', PAGE_SCRIPT)
    case '/callback':
      return send('text/plain', '')
    case '/sign': {
      const page = url.searchParams.get('url') ?? ''
      // Only pages of this application are signed: a signature grants its permissions.
      if (new URL(page).origin !== fixture.app) return send('application/json', JSON.stringify({ nonceStr: 'x', timestamp: 1, signature: 'refused' }))
      return send('application/json', JSON.stringify(await signPage(fixture, url.searchParams.get('kind') ?? '', page)))
    }
    case '/who': {
      const code = url.searchParams.get('code')
      if (!code) {
        const back = encodeURIComponent(`${fixture.app}/who`)
        response.writeHead(302, { location: `${fixture.wecom}/connect/oauth2/authorize?appid=${CORP_ID}&redirect_uri=${back}&response_type=code&scope=snsapi_base&state=s1&agentid=1000002#wechat_redirect` })
        return response.end()
      }
      const { userid } = await callApi<{ userid: string }>(fixture, 'auth/getuserinfo', { access_token: await accessToken(fixture), code })
      response.writeHead(302, { location: '/', 'set-cookie': `who=${userid}; Path=/; HttpOnly; SameSite=Lax` })
      return response.end()
    }
    case '/':
    case '/other': {
      const userId = /(?:^|; )who=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? 'nobody'
      return send('text/html; charset=utf-8', renderPage(userId, request.headers['user-agent'] ?? ''), {
        'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'",
        'x-frame-options': 'DENY',
      })
    }
    default:
      response.writeHead(404)
      return response.end()
  }
}

const BUTTONS = [
  'selectEnterpriseContact', 'shareAppMessage', 'openEnterpriseChat', 'scanQRCode', 'startMeeting', 'getContext', 'sendChatMessage',
  'hideMenuItems', 'checkJsApi', 'closeWindow', 'badSignature',
]

const renderPage = (who: string, agent: string) => `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>网页应用</title>
<script type="module" src="/page.js"></script></head><body><h1>你好</h1><p id="who">${who}</p><p id="agent">${agent.replace(/[<&]/g, '')}</p>
<p id="seen"></p>${BUTTONS.map((name) => `<button type="button">${name}</button>`).join(' ')}
<p><a href="/who">sign in</a> <a href="https://elsewhere.example/">elsewhere</a></p><pre id="said" role="status"></pre></body></html>`

const PAGE_SCRIPT = `
import * as ww from '/sdk.js'
const say = (value) => { document.getElementById('said').textContent = JSON.stringify(value) }
document.getElementById('seen').textContent = navigator.userAgent
const sign = (kind) => async (url) => (await fetch('/sign?' + new URLSearchParams({ kind, url }))).json()
const all = ['selectEnterpriseContact', 'shareAppMessage', 'openEnterpriseChat', 'scanQRCode', 'startMeeting', 'getContext', 'hideMenuItems', 'sendChatMessage']
const register = (spoil) => ww.register({
  corpId: '${CORP_ID}', agentId: 1000002, jsApiList: all,
  getConfigSignature: sign('corp'),
  getAgentConfigSignature: spoil ? async (url) => ({ ...(await sign('agent')(url)), signature: '0'.repeat(40) }) : sign('agent'),
  onAgentConfigFail: (res) => say(res),
})
register(false)
const calls = {
  selectEnterpriseContact: () => ww.selectEnterpriseContact({ fromDepartmentId: 0, mode: 'multi', type: ['department', 'user'], selectedUserIds: ['zhouhang'] }),
  shareAppMessage: () => ww.shareAppMessage({ title: '陈默的面试', desc: '今天 14:00', link: location.origin + '/other?x=1', imgUrl: '' }),
  openEnterpriseChat: () => ww.openEnterpriseChat({ userIds: ['chenmo'], groupName: '' }),
  scanQRCode: () => ww.scanQRCode({ needResult: true }),
  startMeeting: () => ww.startMeeting(),
  getContext: () => ww.getContext(),
  sendChatMessage: () => ww.sendChatMessage({ msgtype: 'text', text: { content: 'x' } }),
  hideMenuItems: () => ww.hideMenuItems({ menuList: ['menuItem:copyUrl'] }),
  checkJsApi: () => ww.checkJsApi({ jsApiList: ['scanQRCode', 'openTheDoor'] }),
  closeWindow: () => ww.closeWindow(),
  badSignature: async () => { history.pushState(null, '', '/other?spoilt'); register(true); throw await ww.ensureAgentConfigReady().then(() => 'verified', (e) => e) },
}
for (const button of document.querySelectorAll('button')) {
  button.addEventListener('click', () => calls[button.textContent]().then(say, say))
}
`
