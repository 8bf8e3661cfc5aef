// The client of one member: navigation, and what is common to its views.

import { gather, get, listen } from './api.js';
import { chatView } from './chats.js';
import { contactsView } from './contacts.js';
import { fill, h, icon } from './dom.js';
import { meetingsView } from './meetings.js';
import { picker } from './picker.js';
import { scheduleView } from './schedule.js';
import { t } from './text.js';
import { catchLinks, opensInTabs, webView } from './webview.js';
import { askMember } from './webview-ask.js';
import { workbenchView } from './workbench.js';

const root = document.getElementById('app');
const views = { chats: chatView, schedule: scheduleView, meetings: meetingsView, contacts: contactsView, workbench: workbenchView };

/** Who the person of this tab is: the address first, then what the tab remembers. */
function whoAmI() {
  const q = new URLSearchParams(location.search);
  const stored = JSON.parse(sessionStorage.getItem('wecomsim.who') ?? 'null');
  const who = q.get('as') ? { corpId: q.get('corpId') ?? '', as: q.get('as') } : stored;
  return q.has('switch') ? null : who;
}

function remember(who) {
  sessionStorage.setItem('wecomsim.who', JSON.stringify(who));
  const q = new URLSearchParams(location.search);
  q.set('as', who.as);
  q.set('corpId', who.corpId);
  history.replaceState(null, '', `/?${q}${location.hash}`);
}

function route() {
  const [, name, id] = location.hash.split('/');
  return { name: views[name] ? name : 'chats', id: id ? decodeURIComponent(id) : '' };
}

async function start() {
  document.title = t('app.title');
  const who = whoAmI();
  if (!who) return picker(root);
  let me;
  try {
    me = await get('/sim/me', who);
  } catch (error) {
    sessionStorage.removeItem('wecomsim.who');
    return picker(root, error.status === 404 ? t('error.member') : t('error.load', { why: error.message }));
  }
  who.corpId = me.corp.id;
  who.as = me.me.userId;
  remember(who);
  run({ who, ...me, peers: [] });
}

/** Members with whom a conversation was begun, before anything stands in it. */
function withPeers(state) {
  const known = new Set(state.apps.map((a) => a.peerId));
  state.apps.push(...state.peers.filter((p) => !known.has(p.peerId)));
  return state;
}

/** Shows the views of a member and keeps them true. */
function run(state) {
  state.meet = (m) => {
    state.peers.push({ agentId: 0, peerId: m.userId, name: m.name, logo: m.avatar, menu: [], receives: true, unread: 0, last: null });
    withPeers(state);
  };
  const shell = makeShell(state);
  let current = null;
  const show = () => {
    const at = route();
    shell.mark(at, state.apps.reduce((n, a) => n + a.unread, 0));
    if (!current || current.name !== at.name) {
      current = { name: at.name, ...views[at.name](state) };
      fill(shell.content, current.list, current.main);
    }
    root.classList.toggle('inside', at.id !== '');
    current.update(at.id);
  };
  const reload = gather(async () => {
    withPeers(Object.assign(state, await get('/sim/me', state.who)));
    show();
  });
  addEventListener('hashchange', show);
  if (!opensInTabs()) catchLinks(webView({ who: state.who, ask: askMember(state, (hash) => { location.hash = hash; }) }).open);
  listen(state.who, reload, (on) => root.classList.toggle('offline', !on));
  show();
}

function makeShell(state) {
  const entry = (name, symbol) => {
    const badge = h('span', { class: 'badge', hidden: true });
    const a = h('a', { href: `#/${name}`, 'data-name': name }, icon(symbol), h('span', { class: 'nav-text' }, t(`nav.${name}`)), badge);
    return { a, badge };
  };
  const items = { chats: entry('chats', 'chat'), schedule: entry('schedule', 'calendar'), meetings: entry('meetings', 'video'), contacts: entry('contacts', 'people'), workbench: entry('workbench', 'grid') };
  const content = h('div', { class: 'content' });
  const you = h('a', { class: 'you', href: '/?switch=1', title: t('nav.switch'), 'aria-label': `${t('nav.you', { name: state.me.name })} · ${t('nav.switch')}` },
    h('img', { class: 'avatar', src: state.me.avatar, alt: '' }),
    h('span', { class: 'you-name' }, state.me.name), icon('swap'));
  const operator = h('a', { class: 'to-operator', href: '/operator', target: '_blank', rel: 'noopener', title: t('nav.operator') },
    icon('gear'), h('span', { class: 'nav-text' }, t('nav.operator')));
  fill(root,
    h('nav', { class: 'rail', 'aria-label': t('nav.label') }, you, h('div', { class: 'rail-items' }, Object.values(items).map((i) => i.a)), operator),
    content, h('div', { class: 'offline-note', role: 'status' }, t('state.lost')));
  return {
    content,
    mark(at, unread) {
      for (const [name, { a, badge }] of Object.entries(items)) {
        if (name === at.name) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current');
        badge.hidden = name !== 'chats' || unread === 0;
        badge.textContent = unread > 99 ? '99+' : String(unread);
      }
      document.title = `${unread ? `(${unread}) ` : ''}${state.me.name} · ${t('app.title')}`;
    },
  };
}

start();
