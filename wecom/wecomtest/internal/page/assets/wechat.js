// The WeChat of somebody outside the company: a candidate, a customer.

import './wechat-text.js';
import './webview-text.js';
import { gather, get, listen, post } from './api.js';
import { dialog } from './dialog.js';
import { fill, h, icon, settle, toast } from './dom.js';
import { readFile } from './files.js';
import { drawOutside, outsideSummary } from './wechat-message.js';
import { longTime, shortTime, t } from './text.js';
import { catchLinks, opensInTabs, webView } from './webview.js';
import { askOutside } from './webview-ask.js';

const root = document.getElementById('app');
const query = new URLSearchParams(location.search);

async function pick(problem = '') {
  const corps = await get('/sim/corps');
  const corp = corps.find((c) => c.id === query.get('corpId')) ?? corps[0];
  if (!corp) return fill(root, h('main', { class: 'picker' }, h('p', { class: 'none' }, t('picker.empty'))));
  const { people } = await get('/sim/outside', { corpId: corp.id });
  const name = h('input', { type: 'text', class: 'ask-input', maxlength: '32', placeholder: t('out.name'), 'aria-label': t('out.name') });
  const be = (id) => {
    const q = new URLSearchParams({ ...Object.fromEntries(query), corpId: corp.id, id });
    return `/wechat?${q}`;
  };
  const create = async (e) => {
    e.preventDefault();
    if (!name.value.trim()) return name.focus();
    const made = await post('/sim/outside', { corpId: corp.id, name: name.value }).catch((error) => toast(t('error.load', { why: error.message })));
    if (made) location.assign(be(made.externalUserId));
    return undefined;
  };
  document.title = t('out.title');
  root.classList.add('picking');
  return fill(root, h('main', { class: 'picker' },
    h('header', { class: 'picker-head' }, h('img', { src: '/sim/assets/icon.svg', alt: '' }), h('h1', {}, t('out.pick')), h('a', { class: 'ghost', href: '/?switch=1' }, t('out.client'))),
    h('p', { class: 'picker-lead' }, t('out.lead')), problem && h('p', { class: 'picker-problem', role: 'alert' }, problem),
    corps.length > 1 ? h('label', { class: 'picker-corp' }, t('picker.corp'), h('select', { on: { change: (e) => location.assign(`/wechat?corpId=${encodeURIComponent(e.target.value)}`) } },
      corps.map((c) => h('option', { value: c.id, selected: c === corp }, c.name)))) : h('p', { class: 'picker-corp' }, corp.name),
    h('form', { class: 'out-new', 'aria-label': t('out.newLead'), on: { submit: create } }, name, h('button', { class: 'solid' }, t('out.new'))),
    people.length ? h('ul', { class: 'people' }, people.map((p) => h('li', {}, h('a', { class: 'person-main', href: be(p.id) },
      h('img', { class: 'avatar', src: p.avatar, alt: '' }), h('span', { class: 'person-text' }, h('span', {}, p.name),
        h('span', { class: 'person-sub' }, p.followers.length ? t('out.knows', { names: p.followers.join('、') }) : t('out.stranger')))))))
      : h('p', { class: 'none' }, t('out.none'))));
}

function client(state) {
  const { who } = state;
  const rows = h('ul', { class: 'rows' });
  const main = h('main', { class: 'main' });
  let chat = null;
  const page = webView({ who: { corpId: who.corpId, customer: who.id }, ask: askOutside(), takes: (url) => isPlace(url) && (visit(url), true) });
  if (!opensInTabs()) catchLinks(({ url }) => (isPlace(url) ? visit(url) : page.open({ url })), '.log a[href^="http"]');

  const isPlace = (url) => /^https:\/\/work\.weixin\.qq\.com\/kf\//.test(url) || url.includes('/sim/contact-way/');

  async function visit(link) {
    try {
      const led = await post('/sim/outside/open', { corpId: who.corpId, externalUserId: who.id, name: state.me.name, link });
      if (led.page) return page.open({ url: led.page });
      page.close();
      await reload();
      if (led.chat) location.hash = `#/${encodeURIComponent(led.chat)}`;
    } catch (error) {
      toast(t('out.failed', { why: error.message }));
      await reload();
    }
    return undefined;
  }

  async function scan() {
    const { places } = await get('/sim/outside', { corpId: who.corpId });
    const input = h('input', { type: 'text', class: 'ask-input', 'aria-label': t('out.link'), placeholder: t('out.link') });
    const link = await dialog(t('out.scan'), (done) => [
      h('form', { on: { submit: (e) => { e.preventDefault(); done(input.value.trim()); } } }, input),
      places.length ? h('ul', { class: 'choose-list' }, places.map((p) => h('li', {}, h('button', { type: 'button', class: 'choose-line out-place', on: { click: () => done(p.link) } },
        icon(p.kind === 'way' ? 'qr' : 'chat'), h('span', { class: 'person-text' }, h('span', {}, p.name), h('span', { class: 'person-sub' }, [t(`out.${p.kind}`), p.detail].filter(Boolean).join(' · ')))))))
        : h('p', {}, t('out.noPlaces'))], [[t('ask.open'), () => input.value.trim()]]);
    if (link) await visit(link);
  }

  function drawList(chosen) {
    fill(rows, state.chats.length ? state.chats.map((c) => h('li', {}, h('a', { class: 'row', href: `#/${encodeURIComponent(c.key)}`, 'aria-current': c.key === chosen ? 'true' : null },
      h('img', { class: 'avatar', src: c.avatar, alt: '' }),
      h('span', { class: 'row-text' }, h('span', { class: 'row-top' }, h('span', { class: 'row-name' }, c.name), c.last && h('time', { datetime: c.last.time }, shortTime(c.last.time, state.time))),
        h('span', { class: 'row-last' }, outsideSummary(c.last)))))) : h('li', { class: 'none' }, t('out.empty')));
  }

  function show() {
    const key = decodeURIComponent(location.hash.slice(2));
    const found = state.chats.find((c) => c.key === key);
    root.classList.toggle('inside', Boolean(found));
    drawList(key);
    if (!found) {
      chat = null;
      fill(main, h('h1', { class: 'choose' }, t('out.empty')));
    } else if (chat?.key !== key) {
      chat = openChat(state, found, main);
    }
    chat?.refresh();
    document.title = `${state.me.name} · ${t('out.title')}`;
  }

  const reload = async () => {
    Object.assign(state, await get('/sim/outside/me', { corpId: who.corpId, id: who.id }));
    show();
  };
  fill(root, h('div', { class: 'content' },
    h('aside', { class: 'list', 'aria-label': t('out.chats') },
      h('div', { class: 'list-head out-head' }, h('a', { class: 'out-me', href: `/wechat?corpId=${encodeURIComponent(who.corpId)}`, 'aria-label': `${t('out.you', { name: state.me.name })} · ${t('out.switch')}`, title: t('out.switch') },
        h('img', { class: 'avatar', src: state.me.avatar, alt: '' }), h('span', {}, state.me.name)),
      h('button', { type: 'button', class: 'view-button', 'aria-label': t('out.scan'), title: t('out.scan'), on: { click: () => scan().catch((e) => toast(e.message)) } }, icon('qr'))), rows), main),
  h('div', { class: 'offline-note', role: 'status' }, t('state.lost')));
  addEventListener('hashchange', show);
  listen({}, gather(reload, 80), (on) => root.classList.toggle('offline', !on));
  show();
  if (query.get('open')) visit(query.get('open'));
}

function openChat(state, chat, main) {
  const { who } = state;
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-label': t('chat.log', { name: chat.name }), tabindex: '0' });
  const known = new Map();
  const kf = { corpId: who.corpId, externalUserId: who.id, openKfId: chat.key };
  const send = (path, body) => post(path, { ...kf, ...body }).catch((error) => toast(t('out.failed', { why: error.message })));
  const ctx = {
    me: state.me, chat, open: (url) => url,
    choose: (item) => send('/sim/kf/say', { text: item.content, menuId: item.id }),
  };
  fill(main, h('header', { class: 'main-head' }, h('a', { class: 'back', href: '#/', 'aria-label': t('chats.back') }, icon('back')), h('h1', {}, chat.name)),
    log, h('footer', { class: 'composer' }, chat.kind === 'kf' ? writing(send, chat) : h('p', { class: 'deaf' }, t('out.member'))));

  async function refresh() {
    const messages = await get('/sim/outside/messages', { corpId: who.corpId, id: who.id, chat: chat.key });
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    let last = 0;
    const wanted = [];
    const reuse = (key, make) => {
      if (!known.has(key)) known.set(key, make());
      wanted.push(known.get(key));
    };
    for (const m of messages) {
      const at = Date.parse(m.time);
      if (at - last > 300000) reuse(`when ${m.id} ${longTime(m.time, state.time)}`, () => h('div', { class: 'when' }, longTime(m.time, state.time)));
      last = at;
      reuse(m.id, () => drawOutside(m, ctx));
    }
    settle(log, wanted);
    if (atEnd) log.scrollTop = log.scrollHeight;
  }
  return { key: chat.key, refresh: () => refresh().catch((e) => toast(t('error.load', { why: e.message }))) };
}

function writing(send, chat) {
  const input = h('textarea', { rows: '2', 'aria-label': t('out.input', { name: chat.name }), placeholder: t('chat.enter') });
  const file = h('input', { type: 'file', accept: 'image/png,image/jpeg', class: 'hidden', tabindex: '-1', 'aria-hidden': 'true' });
  const say = async () => {
    const text = input.value.trim();
    input.value = '';
    if (text) await send('/sim/kf/say', { text });
  };
  file.addEventListener('change', async () => {
    const [one] = file.files;
    file.value = '';
    if (!one) return;
    await send('/sim/kf/show', await readFile(one));
  });
  input.addEventListener('keydown', (e) => {
    if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return;
    e.preventDefault();
    say();
  });
  return h('form', { class: 'reply', on: { submit: (e) => { e.preventDefault(); say(); } } },
    h('button', { type: 'button', class: 'view-button', 'aria-label': t('out.picture'), title: t('out.picture'), on: { click: () => file.click() } }, icon('picture')), file,
    input, h('button', { class: 'send' }, t('chat.send')));
}

async function start() {
  const who = { corpId: query.get('corpId') ?? '', id: query.get('id') ?? '' };
  if (!who.id) return pick();
  try {
    const me = await get('/sim/outside/me', who);
    return client({ who, ...me });
  } catch (error) {
    return pick(error.status === 404 ? t('out.gone') : t('error.load', { why: error.message }));
  }
}

start();
