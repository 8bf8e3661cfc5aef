// The simulator's UI: the web view with WeCom's SDK, meetings, robots, the WeChat of external contacts,
// the operator's page.

import type { FrameLocator, Page } from '@playwright/test'
import { BOT_KEY, BOT_TOKEN, startBot } from './bot-app'
import { callApi, CORP_ID, expect, test, accessToken, type Fixture } from './jssdk-app'

async function openAsMember(page: Page, fixture: Fixture, as: string, where = 'workbench') {
  await page.goto(`${fixture.wecom}/?as=${as}#/${where}`)
  await expect(page.getByRole('navigation', { name: '主导航' })).toBeVisible()
}

async function openApp(page: Page, fixture: Fixture): Promise<FrameLocator> {
  await openAsMember(page, fixture, 'linyue')
  await page.getByRole('link', { name: '打开 网页应用' }).click()
  const frame = page.frameLocator('iframe.view-frame')
  await expect(frame.getByRole('heading', { name: '你好' })).toBeVisible()
  return frame
}

const resultOf = (frame: FrameLocator) => frame.getByRole('status')

test('a page runs in the web view as in WeCom', async ({ page, fixture }) => {
  const frame = await openApp(page, fixture)
  await expect(page.getByRole('dialog', { name: '网页应用' })).toBeVisible()
  await expect(frame.locator('#agent')).toContainText('wxwork/')
  await expect(frame.locator('#seen')).toContainText('wxwork/')
  await expect(frame.locator('#who')).toHaveText('nobody')
  await frame.getByRole('link', { name: 'sign in' }).click()
  await expect(frame.locator('#who')).toHaveText('linyue') // through the simulator's sign-in and back
  await frame.getByRole('link', { name: 'elsewhere' }).click()
  await expect(page.getByRole('heading', { name: '这个页面不属于企业的应用' })).toBeVisible()
  await page.getByRole('button', { name: '关闭网页' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('link', { name: '打开 网页应用' })).toBeFocused()
})

test('the focus outlives messages that come in', async ({ page, fixture }) => {
  const access_token = await accessToken(fixture)
  const send = (content: string) => callApi(fixture, 'message/send', { access_token }, { touser: 'linyue', agentid: 1000002, msgtype: 'text', text: { content } })
  const unread = page.getByRole('link', { name: '消息' }).locator('.badge')
  const tile = page.getByRole('link', { name: '打开 网页应用' })
  await openApp(page, fixture)
  const before = Number(await unread.textContent())
  await send('等候区已开放')
  await expect(unread).toHaveText(String(before + 1))
  await page.getByRole('button', { name: '关闭网页' }).click()
  await expect(tile).toBeFocused()
  await send('面试官已到')
  await expect(unread).toHaveText(String(before + 2))
  await expect(tile).toBeFocused()
})

test('the functions of @wecom/jssdk are answered', async ({ page, fixture }) => {
  const frame = await openApp(page, fixture)
  const call = (name: string) => frame.getByRole('button', { name }).click()
  await call('getContext')
  await expect(resultOf(frame)).toContainText('"entry":"normal"')
  await call('checkJsApi')
  await expect(resultOf(frame)).toContainText('{"openTheDoor":false,"scanQRCode":true}')
  await call('sendChatMessage')
  await expect(resultOf(frame)).toContainText('sendChatMessage:nopermission')

  await call('selectEnterpriseContact')
  const dialog = page.getByRole('dialog', { name: '选择联系人' })
  await expect(dialog.getByRole('checkbox', { name: /周航/ })).toBeChecked()
  await dialog.getByRole('checkbox', { name: /陈默/ }).check()
  await dialog.getByRole('button', { name: '确定' }).click()
  await expect(resultOf(frame)).toContainText('"id":"chenmo"')
  await expect(resultOf(frame)).toContainText('selectEnterpriseContact:ok')
  await call('selectEnterpriseContact')
  await expect(dialog).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(resultOf(frame)).toContainText('selectEnterpriseContact:cancel')

  await call('scanQRCode')
  await page.getByRole('textbox', { name: '二维码内容' }).fill('https://example.com/code')
  await page.getByRole('dialog', { name: '扫一扫' }).getByRole('button', { name: '确定' }).click()
  await expect(resultOf(frame)).toContainText('"resultStr":"https://example.com/code"')

  await page.locator('summary[aria-label="网页菜单"]').click()
  await expect(page.getByRole('button', { name: '复制链接' })).toBeVisible()
  await page.keyboard.press('Escape')
  await call('hideMenuItems')
  await expect(resultOf(frame)).toContainText('hideMenuItems:ok')
  await page.locator('summary[aria-label="网页菜单"]').click()
  await expect(page.getByRole('button', { name: '复制链接' })).toHaveCount(0)

  await call('badSignature')
  await expect(resultOf(frame)).toContainText('devtool/query?e=40093')
})

test('a shared page is in the chat', async ({ page, fixture, context }) => {
  const frame = await openApp(page, fixture)
  await frame.getByRole('button', { name: 'shareAppMessage' }).click()
  const dialog = page.getByRole('dialog', { name: '转发给' })
  await dialog.getByRole('checkbox', { name: '陈默' }).check()
  await dialog.getByRole('textbox', { name: '留言' }).fill('请看')
  await dialog.getByRole('button', { name: '发送' }).click()
  await expect(resultOf(frame)).toContainText('shareAppMessage:ok')
  await frame.getByRole('button', { name: 'openEnterpriseChat' }).click()
  await expect(page.getByRole('heading', { name: '陈默' })).toBeVisible() // the chat has replaced the page
  await expect(page.getByRole('dialog')).toHaveCount(0)

  const other = await context.newPage()
  await openAsMember(other, fixture, 'chenmo', 'chats')
  await other.getByRole('complementary', { name: '会话列表' }).getByRole('link', { name: /林悦/ }).click()
  await expect(other.getByRole('log')).toContainText('请看')
  await other.getByRole('log').getByRole('link', { name: /陈默的面试/ }).click()
  await expect(other.frameLocator('iframe.view-frame').getByRole('heading', { name: '你好' })).toBeVisible()
})

test('a meeting that a page starts', async ({ page, fixture }) => {
  const frame = await openApp(page, fixture)
  await frame.getByRole('button', { name: 'startMeeting' }).click()
  await expect(resultOf(frame)).toContainText('"meetingId":"hy')
  await page.getByRole('button', { name: '关闭网页' }).click()
  const meeting = page.getByRole('article', { name: '林悦发起的会议' })
  await expect(meeting).toContainText('进行中')
  await meeting.getByRole('button', { name: '结束会议' }).click()
  await expect(meeting).toContainText('已结束')
})

test('a member sends every type of message and uses the menu', async ({ page, fixture }) => {
  await openAsMember(page, fixture, 'chenmo', 'chats/1000002')
  const log = page.getByRole('log')
  const dialog = page.getByRole('dialog')
  const attach = async (name: string) => {
    await page.locator('summary[aria-label="发送图片、语音等"]').click()
    await page.getByRole('button', { name, exact: true }).click()
    await expect(dialog.getByRole('heading', { name })).toBeVisible()
  }
  const confirm = () => dialog.getByRole('button', { name: '确定' }).click()
  await attach('图片')
  await dialog.getByLabel(/图片文件/).setInputFiles({ name: 'resume.png', mimeType: 'image/png', buffer: PICTURE })
  await confirm()
  await expect(log.getByRole('img', { name: 'resume.png' })).toBeVisible()
  await attach('语音')
  await confirm()
  await expect(log.getByRole('link', { name: /voice\.amr/ })).toBeVisible()
  await attach('视频')
  await confirm()
  await expect(dialog).toBeVisible() // a file is required
  await dialog.getByLabel(/视频文件/).setInputFiles({ name: 'demo.mp4', mimeType: 'video/mp4', buffer: Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1') })
  await confirm()
  await expect(log.locator('video')).toBeVisible()
  await attach('位置')
  await dialog.getByLabel('地址').fill('上海图书馆')
  await confirm()
  await expect(log).toContainText('上海图书馆')
  await attach('链接')
  await dialog.getByLabel('网址', { exact: true }).fill('https://example.com/job')
  await dialog.getByLabel('标题').fill('职位说明')
  await confirm()
  await expect(log.getByRole('link', { name: '职位说明' })).toBeVisible()

  await page.getByRole('button', { name: '扫码签到' }).click()
  await dialog.getByLabel('二维码内容').fill('ROOM-301')
  await confirm()
  await expect.poll(() => newestEvent(fixture, 'scancode_waitmsg')).toContain('<ScanResult><![CDATA[ROOM-301]]></ScanResult>')
  await page.getByRole('button', { name: '拍照' }).click()
  await confirm() // without a file, a sample picture
  await expect.poll(() => newestEvent(fixture, 'pic_sysphoto')).toContain('<PicMd5Sum>')
  await expect(log.getByRole('img', { name: 'image.png' })).toBeVisible()
  await page.getByText('更多').click()
  await page.getByRole('button', { name: '选择位置' }).click()
  await confirm()
  await expect.poll(() => newestEvent(fixture, 'location_select')).toContain('<Location_X><![CDATA[31.2304]]></Location_X>')
})

const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

/** The newest decrypted callback with this event, or ''. */
async function newestEvent(fixture: Fixture, event: string): Promise<string> {
  const list = (await (await fetch(`${fixture.wecom}/sim/callbacks?q=${event}`)).json()) as { plain: string }[]
  return list[0]?.plain ?? ''
}

test('the newest message is in sight after a page of the chat is closed', async ({ page, fixture }) => {
  await openAsMember(page, fixture, 'zhouhang', 'chats/1000002')
  await page.setViewportSize({ width: 390, height: 700 })
  const access_token = await accessToken(fixture)
  const send = (body: object) => callApi(fixture, 'message/send', { access_token }, { touser: 'zhouhang', agentid: 1000002, ...body })
  await send({ msgtype: 'textcard', textcard: { title: '面试邀请', description: '请确认', url: `${fixture.app}/` } })
  const log = page.getByRole('log')
  await log.getByRole('link', { name: /面试邀请/ }).click()
  await expect(page.frameLocator('iframe.view-frame').getByRole('heading', { name: '你好' })).toBeVisible()
  for (let number = 1; number <= 15; number++) await send({ msgtype: 'text', text: { content: `提醒 ${number}。` } })
  await expect(log).toContainText('提醒 15。')
  await page.getByRole('button', { name: '关闭网页' }).click()
  await expect(log.getByRole('link', { name: /面试邀请/ })).toBeFocused()
  await expect(log.getByText('提醒 15。')).toBeInViewport()
})

test('a robot sends to its group', async ({ page, fixture }) => {
  await openAsMember(page, fixture, 'linyue', 'chats')
  await callApi(fixture, 'webhook/send', { key: 'robot-key' }, { msgtype: 'markdown_v2', markdown_v2: { content: '# 今日面试\n| 时间 | 候选人 |\n| -- | -- |\n| 10:00 | 李思涵 |\n- 会议室 *301*' } })
  await page.getByRole('complementary', { name: '会话列表' }).getByRole('link', { name: /招聘提醒/ }).click()
  const log = page.getByRole('log')
  await expect(log.getByRole('heading', { name: '今日面试' })).toBeVisible()
  await expect(log.getByRole('cell', { name: '李思涵' })).toBeVisible()
})

test('a smart bot answers in a group by a stream and a card', async ({ page, fixture }) => {
  const { server, url } = await startBot()
  const set = async (path: string, data: object) => {
    const response = await page.request.post(`${fixture.wecom}/sim/${path}`, { data })
    expect(response.status(), await response.text()).toBe(200)
  }
  try {
    await set('bots', { corpId: CORP_ID, id: 'aib-stream', name: '日程助手' })
    await set('bots/callback', { botId: 'aib-stream', url, token: BOT_TOKEN, encodingAesKey: BOT_KEY })
    await set('bots/groups', { corpId: CORP_ID, id: 'wr-stream', name: '面试官群', botId: 'aib-stream', members: ['linyue', 'chenmo'] })
    await openAsMember(page, fixture, 'linyue', 'chats/b-aib-stream:wr-stream')
    const box = page.getByRole('textbox', { name: /发送消息给/ })
    const log = page.getByRole('log')
    await expect(box).toHaveValue('@日程助手 ')
    await box.press('End')
    await box.pressSequentially('明天有面试吗')
    await box.press('Enter')
    await expect(log.getByText('已刷新 2 次')).toBeVisible()
    await expect(log.getByText('明天有 1 场面试')).toBeVisible()
    await log.getByRole('button', { name: '收到' }).click()
    await expect(log.getByRole('button', { name: '已确认' })).toBeDisabled()
    await log.getByRole('button', { name: '不准确' }).click()
    await expect(page.getByText('反馈已发送')).toBeVisible()
    await openAsMember(page, fixture, 'chenmo', 'chats/b-aib-stream:wr-stream')
    await expect(log.getByRole('button', { name: '收到' })).toBeEnabled() // the card was replaced for one member
    await page.getByRole('link', { name: '工作台' }).click()
    await expect(page.getByRole('link', { name: '打开 网页应用' })).toBeVisible()
    await expect(page.getByRole('link', { name: '打开 日程助手' })).toBeHidden() // a bot is no application
  } finally {
    server.closeAllConnections()
    server.close()
  }
})

test('an external contact writes to customer service', async ({ page, fixture }) => {
  const access_token = await accessToken(fixture)
  const { media_id } = await uploadImage(fixture, access_token)
  const { open_kfid } = await callApi<{ open_kfid: string }>(fixture, 'kf/account/add', { access_token }, { name: '招聘咨询', media_id })
  await callApi(fixture, 'kf/add_contact_way', { access_token }, { open_kfid, scene: 'site' })

  await page.goto(`${fixture.wecom}/wechat`)
  await page.getByRole('textbox', { name: '姓名' }).fill('李思涵')
  await page.getByRole('button', { name: '新建' }).click()
  await page.getByRole('button', { name: '扫一扫、打开链接' }).click()
  await page.getByRole('dialog').getByRole('button', { name: /招聘咨询/ }).click()
  await expect(page.getByRole('heading', { name: '招聘咨询' })).toBeVisible()
  await page.getByRole('textbox', { name: /发送消息给/ }).fill('面试改到几点？')
  await page.keyboard.press('Enter')
  const log = page.getByRole('log')
  await expect(log).toContainText('面试改到几点？')

  const { msg_list } = await callApi<{ msg_list: { external_userid?: string }[] }>(fixture, 'kf/sync_msg', { access_token }, { open_kfid })
  const touser = msg_list.find((m) => m.external_userid)?.external_userid
  await callApi(fixture, 'kf/send_msg', { access_token }, {
    touser, open_kfid, msgtype: 'msgmenu',
    msgmenu: { head_content: '请选择', list: [{ type: 'click', click: { id: '1', content: '改期' } }, { type: 'view', view: { url: `${fixture.app}/`, content: '打开面试页面' } }] },
  })
  await log.getByRole('button', { name: '改期' }).click()
  await expect(log).toContainText('改期')
  await log.getByRole('link', { name: '打开面试页面' }).click()
  const frame = page.frameLocator('iframe.view-frame')
  await expect(frame.locator('#agent')).toContainText('MicroMessenger/')
  await expect(frame.locator('#agent')).not.toContainText('wxwork/')
})

async function uploadImage(fixture: Fixture, access_token: string): Promise<{ media_id: string }> {
  const form = new FormData()
  form.append('media', new Blob([PICTURE], { type: 'image/png' }), 'picture.png')
  const reply = await fetch(`${fixture.wecom}/cgi-bin/media/upload?${new URLSearchParams({ access_token, type: 'image' })}`, { method: 'POST', body: form })
  return (await reply.json()) as { media_id: string }
}

test('the operator inspects, adds and removes faults', async ({ page, fixture }) => {
  await page.goto(`${fixture.wecom}/operator#/apps`)
  await page.getByRole('button', { name: '显示“网页应用”的密钥' }).click()
  await expect(page.getByText('secret-of-the-jssdk-test')).toBeVisible()
  await page.getByRole('link', { name: '故障' }).click()
  await page.getByRole('combobox', { name: '故障' }).selectOption({ label: '返回 errcode' })
  await page.getByRole('combobox', { name: /接口或事件/ }).fill('gettoken')
  await page.getByRole('button', { name: '添加' }).click()
  await expect(page.getByRole('button', { name: /移除: gettoken/ })).toBeVisible()
  await expect(accessToken(fixture)).rejects.toThrow()
  await expect(page.getByText('没有故障，一切正常')).toBeVisible()
  await page.getByRole('link', { name: '接口调用' }).click()
  await page.getByRole('searchbox').fill('errcode set by a fault')
  await expect(page.getByText('errcode -1').first()).toBeVisible()
  await page.getByRole('link', { name: '额度' }).click()
  await expect(page.getByRole('button', { name: '额度全部清零' })).toBeVisible()
})

test('every control is reachable and visible by keyboard', async ({ page, fixture }) => {
  for (const where of ['/?as=linyue#/chats', '/?as=linyue#/chats/1000002', '/?as=linyue#/workbench', '/?as=linyue#/meetings', '/wechat', '/operator#/faults']) {
    await page.goto(`${fixture.wecom}/`) // else only the fragment would change, without a page load
    await page.goto(fixture.wecom + where)
    await expect(page.getByRole('heading').or(page.getByRole('navigation')).first()).toBeVisible()
    expect(await page.evaluate(inaccessibleControls), where).toEqual([])
    for (let i = 0; i < 8; i++) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(focusWithoutOutline), `${where}, Tab ${i + 1}`).toBe('')
    }
  }
})

/** The focused control if it has no visible focus style, else ''. Runs in the page. */
function focusWithoutOutline(): string {
  const e = document.activeElement
  if (!e || e === document.body) return ''
  const shown = [e, e.closest('.search'), e.closest('.reply')].some((x) => x && (getComputedStyle(x).outlineStyle !== 'none' || getComputedStyle(x).boxShadow !== 'none'))
  return shown ? '' : e.outerHTML.slice(0, 120)
}

/** Controls without a name or out of the tab order, and images without alt. Runs in the page. */
function inaccessibleControls(): string[] {
  const bad: string[] = []
  for (const e of document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary, [role=log]')) {
    if (!e.checkVisibility() || e.closest('.hidden') || e.classList.contains('hidden')) continue
    const labels = (e as HTMLInputElement).labels
    const name = e.getAttribute('aria-label') ?? e.getAttribute('title') ?? (labels?.length ? labels[0]?.textContent : e.textContent)
    if (!name?.trim()) bad.push(`no name: ${e.outerHTML.slice(0, 120)}`)
    if (e.tabIndex < 0) bad.push(`not reachable: ${e.outerHTML.slice(0, 120)}`)
  }
  for (const e of document.querySelectorAll('img:not([alt])')) bad.push(`no alt: ${e.outerHTML.slice(0, 120)}`)
  return bad
}
