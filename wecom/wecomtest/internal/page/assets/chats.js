// The conversations with applications: list, messages, menu and reply box.

import { get, openAddress, post } from './api.js';
import { botExtras } from './bots.js';
import { closeMenus, fill, h, icon, settle, toast } from './dom.js';
import { drawMessage, summary } from './message.js';
import { askMenuInput, attachMenu } from './send.js';
import { longTime, shortTime, t } from './text.js';
import { isApp } from './workbench.js';

/** Names a conversation in addresses: an application, or a group. */
const chatKey = (app) => (app.botId ? `b-${app.botId}${app.chatId ? `:${app.chatId}` : ''}` : app.peerId ? `u-${app.peerId.toLowerCase()}` : app.robotId ? `r-${app.robotId}` : app.chatId ? `g-${app.chatId}` : String(app.agentId));

/** The member and the conversation in requests about a smart bot. */
const botChat = (who, app) => ({ ...who, botId: app.botId, chatId: app.chatId ?? '' });

closeMenus('details.tcard-menu, details.app-sub');

export function chatView(state) {
  const search = h('input', { type: 'search', placeholder: t('chats.search'), 'aria-label': t('chats.search'), on: { input: () => drawList() } });
  const rows = h('ul', { class: 'rows' });
  const main = h('main', { class: 'main' });
  let chosen = '';
  let chat = null;

  function drawList() {
    const needle = search.value.trim().toLowerCase();
    const shown = state.apps.filter((a) => !needle || `${a.name} ${summary(a.last)}`.toLowerCase().includes(needle));
    fill(rows, shown.length ? shown.map(row) : h('li', { class: 'none' }, t('chats.none')));
  }

  function row(app) {
    return h('li', {}, h('a', { class: 'row', href: `#/chats/${chatKey(app)}`, 'aria-current': chatKey(app) === chosen ? 'true' : null },
      h('span', { class: 'row-avatar' }, h('img', { class: 'avatar', src: app.logo, alt: '' }),
        app.unread > 0 && h('span', { class: 'badge', 'aria-label': t('chats.unread', { n: app.unread }) }, app.unread > 99 ? '99+' : String(app.unread))),
      h('span', { class: 'row-text' },
        h('span', { class: 'row-top' }, h('span', { class: 'row-name' }, app.name), app.last && h('time', { datetime: app.last.time }, shortTime(app.last.time, state.time))),
        h('span', { class: 'row-last' }, summary(app.last)))));
  }

  return {
    list: h('aside', { class: 'list', 'aria-label': t('chats.label') }, h('div', { class: 'list-head' }, h('label', { class: 'search' }, icon('search'), search)), rows),
    main,
    update(id) {
      const app = state.apps.find((a) => chatKey(a) === id);
      if (id !== chosen || !chat) {
        chosen = id;
        chat = app ? openChat(state, app, main) : null;
        if (!app) fill(main, h('h1', { class: 'choose' }, h('img', { src: '/sim/assets/icon.svg', alt: '' }), t('chats.choose')));
      }
      drawList();
      if (chat && app) chat.refresh(app);
    },
  };
}

/** One open conversation. */
function openChat(state, app, main) {
  const { who } = state;
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': t('chat.log', { name: app.name }), tabindex: '0' });
  const known = new Map(); // seq → {text, element}
  const sender = () => (app.peerId || app.robotId || app.botId ? app : state.apps.find((a) => a.agentId === app.agentId && isApp(a)) ?? app);
  const ctx = {
    app: sender(), me: state.me, group: Boolean(app.chatId || app.robotId),
    open: (url) => openAddress(who, url),
    press: null,
    extras: app.botId ? (message) => botExtras(message, (type) => post('/sim/bots/feedback', { ...botChat(who, app), msgid: message.msgid, type })) : null,
  };
  let messages = [];
  fill(main, header(state, app), log, footer(who, app));
  if (isApp(app)) post('/sim/enter', { ...who, agentId: app.agentId }).catch(() => {}); // nobody waits for it: the call log shows a failure
  if (app.botId && !app.chatId) post('/sim/bots/enter', botChat(who, app)).catch(() => {});

  function draw(message) {
    const text = JSON.stringify(message);
    const old = known.get(message.seq);
    if (old?.text === text) return old.element;
    const element = drawMessage(message, { ...ctx, press: (key, chosen) => (app.botId
      ? post('/sim/bots/click', { ...botChat(who, app), msgid: message.msgid, key, chosen })
      : post('/sim/click', { ...who, msgid: message.msgid, key, chosen })) });
    known.set(message.seq, { text, element });
    return element;
  }

  function reuse(key, make) {
    if (!known.has(key)) known.set(key, { element: make() });
    return known.get(key).element;
  }

  function redraw() {
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    const wanted = [];
    let last = 0;
    for (const m of messages) {
      const at = Date.parse(m.time);
      if (at - last > 300000) wanted.push(reuse(`when ${m.seq} ${longTime(m.time, state.time)}`, () => h('div', { class: 'when' }, longTime(m.time, state.time))));
      last = at;
      wanted.push(draw({ ...m, unread: undefined, chosen: undefined })); // neither shows, and a new drawing would lose what is chosen in a card
    }
    if (messages.length >= 100) wanted.unshift(reuse('earlier', earlier));
    if (!messages.length) wanted.push(reuse('empty', () => h('div', { class: 'choose' }, t('chat.empty'))));
    settle(log, wanted);
    if (atEnd) log.scrollTop = log.scrollHeight;
  }

  function earlier() {
    return h('button', { type: 'button', class: 'ghost', on: { click: async () => {
      messages = [...await get('/sim/messages', { ...who, chat: chatKey(app), before: messages[0].seq }), ...messages];
      redraw();
    } } }, t('chat.earlier'));
  }

  async function refresh(fresh) {
    ctx.app = sender();
    const newest = await get('/sim/messages', { ...who, chat: chatKey(app) });
    const from = newest[0]?.seq ?? Infinity;
    messages = [...messages.filter((m) => m.seq < from), ...newest];
    redraw();
    if (fresh.unread > 0 && document.visibilityState === 'visible') await post('/sim/read', { ...who, chat: chatKey(app) });
  }
  return { refresh: (fresh) => refresh(fresh).catch((e) => toast(t('error.load', { why: e.message }))) };
}

function header(state, app) {
  return h('header', { class: 'main-head' },
    h('a', { class: 'back', href: '#/chats', 'aria-label': t('chats.back') }, icon('back')),
    h('h1', {}, app.chatId || app.robotId ? `${app.name} (${app.members})` : app.name),
    isApp(app) && h('span', { class: 'tag' }, t('chats.app')), (app.robotId || app.botId) && h('span', { class: 'tag' }, t(app.botId ? 'bot.tag' : 'chat.robotTag')),
    app.home && h('a', { class: 'head-action', href: openAddress(state.who, '', app.agentId), target: '_blank', rel: 'noopener', title: t('work.newtab') },
      icon('open'), h('span', {}, t('chat.home'))));
}

/** The menu of the application and the reply box; a phone shows one at a time. */
function footer(who, app) {
  const box = h('footer', { class: 'composer' });
  if (app.menu.length) box.append(menuBar(who, app, box));
  box.append(app.receives ? replyBox(who, app, box) : h('p', { class: 'deaf' }, t(app.robotId ? 'chat.robot' : app.chatId ? 'chat.group' : 'chat.deaf')));
  if (app.menu.length) box.classList.add('with-menu');
  return box;
}

function menuBar(who, app, box) {
  const button = (b) => (b.sub_button?.length
    ? h('details', { class: 'app-sub' }, h('summary', {}, icon('list'), b.name), h('div', { class: 'app-sub-list' }, b.sub_button.map(button)))
    : entry(who, app, b));
  return h('div', { class: 'app-menu', role: 'group', 'aria-label': t('chat.menu') },
    h('button', { type: 'button', class: 'to-write', 'aria-label': t('chat.write'), on: { click: () => { box.classList.add('writing'); box.querySelector('textarea')?.focus(); } } }, icon('keyboard')),
    app.menu.map(button));
}

function entry(who, app, b) {
  const tell = async (e) => {
    const sub = e.currentTarget.closest('details');
    if (sub) sub.open = false;
    const input = await askMenuInput(b);
    if (!input) return;
    if (b.type === 'scancode_push' && /^https?:/.test(input.scanResult)) openPage(who, input.scanResult);
    await post('/sim/menu', { ...who, agentId: app.agentId, key: b.key || b.url || b.pagepath, ...input }).catch((err) => toast(t('chat.failed', { why: err.message })));
  };
  if (b.type === 'view') return h('a', { href: openAddress(who, b.url), target: '_blank', rel: 'noopener', on: { click: tell } }, b.name);
  return h('button', { type: 'button', on: { click: tell } }, b.name);
}

/** Opens a page as a link of the chat does. */
function openPage(who, url) {
  const link = h('a', { href: openAddress(who, url), target: '_blank', rel: 'noopener', hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
}

function replyBox(who, app, box) {
  const input = h('textarea', { rows: '2', 'aria-label': t('chat.input', { name: app.name }), placeholder: t('chat.enter') });
  const mention = app.botId && app.chatId ? `@${app.botName} ` : '';
  input.value = mention;
  const deliver = async (message) => {
    try {
      if (app.botId) await post('/sim/bots/say', { ...botChat(who, app), ...message });
      else if (app.peerId) await post('/sim/forward', { ...who, to: [`u-${app.peerId}`], ...message });
      else await post('/sim/say', { ...who, agentId: app.agentId, ...message });
    } catch (error) {
      toast(t('chat.failed', { why: error.message }));
    }
  };
  const send = async () => {
    const text = input.value.trim();
    if (!text || text === mention.trim()) return;
    input.value = mention;
    await deliver({ text });
  };
  input.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    send();
  });
  return h('form', { class: 'reply', on: { submit: (e) => { e.preventDefault(); send(); } } },
    h('button', { type: 'button', class: 'to-menu', 'aria-label': t('chat.menu'), on: { click: () => box.classList.remove('writing') } }, icon('list')),
    input, isApp(app) && attachMenu(deliver), h('button', { class: 'send' }, t('chat.send')));
}
