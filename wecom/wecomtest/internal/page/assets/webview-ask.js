// What pages ask a member for through the JS-SDK: choosing, forwarding,
// scanning. Each function returns what the page is told.

import { get, post } from './api.js';
import { dialog } from './dialog.js';
import { h, toast } from './dom.js';
import { chooseCustomers, chooseMembers, forwardTo } from './choose.js';
import { t } from './text.js';

let clipboard = '';

const list = (v) => (Array.isArray(v) ? v : String(v ?? '').split(';')).map(String).filter(Boolean);
const say = (name, more = {}) => ({ err_msg: `${name}:ok`, ...more });
const cancelled = (name) => ({ err_msg: `${name}:cancel` });

/** Answers the pages of a member. state is the client's; go(hash) shows another of its views. */
export function askMember(state, go) {
  const { who } = state;

  async function contacts(params) {
    const chosen = await chooseMembers(state, params);
    if (!chosen) return cancelled('selectEnterpriseContact');
    return say('selectEnterpriseContact', { result: {
      departmentList: chosen.departments.map((d) => ({ id: String(d.id), name: d.name })),
      userList: chosen.members.map((m) => ({ id: m.userId, name: m.name, avatar: new URL(m.avatar, location.href).href })),
    } });
  }

  async function privileged(params, view) {
    const chosen = await chooseMembers(state, { ...params, type: ['user'], selectedUserIds: [] });
    if (!chosen) return cancelled('selectPrivilegedContact');
    return say('selectPrivilegedContact', { result: await post('/sim/webview/privileged', { view: view.id, doc: view.doc, userIds: chosen.members.map((m) => m.userId) }) });
  }

  async function customers() {
    const ids = await chooseCustomers(who);
    return ids ? say('selectExternalContact', { userIds: ids }) : cancelled('selectExternalContact');
  }

  const forward = async (name, link) => ((await forwardTo(state, link)) ? say(name) : cancelled(name));

  async function openChat(params, view) {
    const users = list(params.userIds).filter((id) => id.toLowerCase() !== who.as.toLowerCase());
    const outside = list(params.externalUserIds);
    if (params.chatId) return existingChat({ chatId: params.chatId }, view, 'openEnterpriseChat');
    const { members } = await get('/sim/members', { corpId: who.corpId });
    const found = users.map((id) => members.find((m) => m.userId.toLowerCase() === id.toLowerCase()));
    if (!users.length && !outside.length || found.includes(undefined)) return { err_msg: 'openEnterpriseChat:fail_invalid userid' };
    if (users.length === 1 && !outside.length) {
      view.close();
      state.meet(found[0]);
      go(`#/chats/u-${found[0].userId.toLowerCase()}`);
      return say('openEnterpriseChat');
    }
    const made = await dialog(t('ask.group'), () => [params.groupName && h('p', {}, t('ask.groupName', { name: params.groupName })),
      h('p', {}, [state.me.name, ...found.map((m) => m.name), ...outside].join('、'))], [[t('ask.ok'), true]]);
    return made ? say('openEnterpriseChat', { chatId: `wr${crypto.randomUUID().replaceAll('-', '')}` }) : cancelled('openEnterpriseChat');
  }

  async function existingChat(params, view, name = 'openExistedChatWithMsg') {
    const chat = state.apps.find((a) => a.chatId && a.chatId === params.chatId);
    if (!chat) return { err_msg: `${name}:fail_invalid chatId` };
    if (params.msg?.link) await post('/sim/forward', { ...who, to: [`g-${chat.chatId}`], link: params.msg.link });
    view.close();
    go(`#/chats/g-${chat.chatId}`);
    return say(name);
  }

  async function startMeeting({ meetingId }, view) {
    if (!meetingId) {
      const made = await post('/sim/webview/meeting', { view: view.id, doc: view.doc });
      go(`#/meetings/${encodeURIComponent(made.meetingId)}`);
      return say('startMeeting', { meetingId: made.meetingId });
    }
    const meeting = (await get('/sim/meetings', who)).find((m) => m.id === meetingId);
    if (!meeting) return { err_msg: 'startMeeting:invalid meeting id' };
    await post('/sim/meetings', { ...who, id: meetingId, action: 'join' });
    go(`#/meetings/${encodeURIComponent(meetingId)}`);
    return say('startMeeting', { meetingId });
  }

  const wechat = async (name) => ((await dialog(t('ask.wechat'), () => h('p', {}, t('ask.wechatHint')), [[t('ask.ok'), true]])) ? say(name) : cancelled(name));

  const actions = {
    selectEnterpriseContact: contacts, selectPrivilegedContact: privileged, selectExternalContact: customers, openEnterpriseChat: openChat,
    openExistedChatWithMsg: existingChat, startMeeting,
    shareAppMessage: (p) => forward('shareAppMessage', p),
    sendAppMessage: (p) => forward('sendAppMessage', { ...p, imgUrl: p.imgUrl ?? p.img_url }),
    shareWechat: () => wechat('shareWechat'), shareWechatMessage: () => wechat('shareWechatMessage'), shareTimeline: () => wechat('shareTimeline'),
    openDefaultBrowser: ({ url }) => browse(who, url),
    checkSchedule: () => { go('#/schedule'); return say('checkSchedule'); },
    openUserProfile: ({ userid }, view) => { view.close(); go(`#/contacts/${encodeURIComponent(userid)}`); return say('openUserProfile'); },
    getShareInfo: () => ({ err_msg: 'getShareInfo:fail' }),
  };
  return (name, params, view) => (actions[name] ?? common[name] ?? unknown(name))(params ?? {}, view);
}

/** Answers the pages of somebody outside, in WeChat. */
export function askOutside() {
  const actions = {
    sendAppMessage: async () => say('sendAppMessage'),
    shareTimeline: async () => say('shareTimeline'),
  };
  return (name, params, view) => (actions[name] ?? common[name] ?? unknown(name))(params ?? {}, view);
}

const unknown = (name) => () => ({ err_msg: `${name}:function not exist` });

/** An address of WeCom's own sign-in gets its code on the way, because the browser has just become the member. */
function browse(who, url) {
  if (!/^https?:/.test(url ?? '')) return { err_msg: 'openDefaultBrowser:fail_invalid url' };
  const address = url.includes('/connect/oauth2/authorize') ? `/open?${new URLSearchParams({ ...who, url })}` : url;
  if (!window.open(address, '_blank')) toast(t('ask.blocked'));
  return say('openDefaultBrowser');
}

async function scan({ needResult }, view) {
  const input = h('input', { type: 'text', 'aria-label': t('ask.scanText'), class: 'ask-input' });
  const text = await dialog(t('ask.scan'), (done) => [h('p', {}, t('ask.scanHint')), h('form', { on: { submit: (e) => { e.preventDefault(); done(input.value); } } }, input)],
    [[t('ask.ok'), () => input.value]]);
  if (text === undefined) return cancelled('scanQRCode');
  if (needResult) return say('scanQRCode', { resultStr: text });
  if (/^https?:/.test(text)) view.open({ url: text });
  return say('scanQRCode');
}

async function location_() {
  const allowed = await dialog(t('ask.location'), () => h('p', {}, '31.2304, 121.4737'), [[t('ask.ok'), true]]);
  return allowed ? say('geoLocation', { latitude: 31.2304, longitude: 121.4737, speed: 0, accuracy: 30 }) : cancelled('geoLocation');
}

const picture = async ({ current, urls }) => {
  const all = urls?.length ? urls : [current];
  await dialog(t('ask.preview'), () => all.map((src) => h('img', { class: 'ask-picture', src, alt: '' })));
  return say('imagePreview');
};

const common = {
  closeWindow: () => say('closeWindow'),
  hideOptionMenu: (p, view) => { view.menu(false); return say('hideOptionMenu'); },
  showOptionMenu: (p, view) => { view.menu(true); return say('showOptionMenu'); },
  hideMenuItems: (p, view) => { view.hide(p.menuList ?? []); return say('hideMenuItems'); },
  showMenuItems: (p, view) => { view.hide(p.menuList ?? [], true); return say('showMenuItems'); },
  hideAllNonBaseMenuItem: (p, view) => { view.hide(['menuItem:share:appMessage', 'menuItem:copyUrl', 'menuItem:openWithSafari']); return say('hideAllNonBaseMenuItem'); },
  showAllNonBaseMenuItem: (p, view) => { view.hide(null, true); return say('showAllNonBaseMenuItem'); },
  scanQRCode: scan, imagePreview: picture, geoLocation: location_,
  openLocation: async ({ name, address, latitude, longitude }) => {
    await dialog(t('ask.place'), () => h('p', {}, [name, address, `${latitude}, ${longitude}`].filter(Boolean).join(' · ')));
    return say('openLocation');
  },
  previewFile: async ({ url, name, size }) => {
    await dialog(t('ask.preview'), () => [h('p', {}, name || url, size ? ` (${size} B)` : ''), h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, t('ask.open'))]);
    return say('previewFile');
  },
  launchMiniprogram: async ({ appid, path }) => {
    await dialog(t('ask.mini'), () => h('p', {}, `${appid} ${path ?? ''}`));
    return say('launchMiniprogram');
  },
  setClipboardData: ({ data }) => { clipboard = String(data ?? ''); navigator.clipboard?.writeText(clipboard).catch(() => {}); return say('setClipboardData'); },
  getClipboardData: () => say('getClipboardData', { data: clipboard }),
};
