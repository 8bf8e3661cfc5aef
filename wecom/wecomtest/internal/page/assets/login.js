// The web login page: a stand-in for the QR code, and the choice of who scans it.

import { get, post } from './api.js';
import { fill, h, toast } from './dom.js';
import { memberList, personLine } from './picker.js';
import { t } from './text.js';

const root = document.getElementById('login');
const params = Object.fromEntries(new URLSearchParams(location.search));

async function signIn(userId) {
  root.setAttribute('aria-busy', 'true');
  toast(t('login.busy'));
  try {
    const query = new URLSearchParams({ ...params, as: userId });
    const answer = await post(`/sim/login?${query}`, {});
    if (answer.url) location.assign(answer.url);
    else toast(t(answer.problem));
  } catch (error) {
    toast(t('error.load', { why: error.message }));
  } finally {
    root.removeAttribute('aria-busy');
  }
}

/** Squares that look like a QR code but cannot be scanned. */
function standIn(seed) {
  const n = 25;
  let x = [...seed].reduce((a, c) => (a * 31 + c.charCodeAt(0)) >>> 0, 7);
  const next = () => { x = (x * 1664525 + 1013904223) >>> 0; return x / 2 ** 32; };
  const corner = (r, c) => (r < 8 && c < 8) || (r < 8 && c >= n - 8) || (r >= n - 8 && c < 8);
  let d = '';
  for (let r = 0; r < n; r++) for (let c = 0; c < n; c++) if (!corner(r, c) && next() > 0.52) d += `M${c} ${r}h1v1h-1z`;
  for (const [r, c] of [[0, 0], [0, n - 7], [n - 7, 0]]) d += `M${c} ${r}h7v7h-7zM${c + 1} ${r + 1}v5h5v-5zM${c + 2} ${r + 2}h3v3h-3z`;
  return h('svg', { viewBox: `0 0 ${n} ${n}`, class: 'qr', 'aria-hidden': 'true' }, h('path', { d, fill: '#1f2329', 'fill-rule': 'evenodd' }));
}

async function start() {
  document.title = t('login.title');
  const info = await get('/sim/login', params);
  if (info.problem) return fill(root, h('main', { class: 'problem' }, h('h1', {}, t(info.problem))));
  const list = memberList(info.corp.id, (m) => h('button', {
    type: 'button', class: 'person-main', 'aria-label': t('login.as', { name: m.name }), on: { click: () => signIn(m.userId) },
  }, personLine(m)));
  return fill(root, h('main', { class: 'login' },
    h('section', { class: 'login-scan', 'aria-label': t('login.title') },
      h('h1', {}, t('login.title')), standIn(params.state ?? ''),
      h('p', {}, t('login.scan'), ' ', h('strong', {}, info.app.name)),
      h('p', {}, info.corp.name),
      h('p', {}, t('login.standin'))),
    h('section', { class: 'login-who', 'aria-label': t('login.who') },
      info.quick && h('button', { type: 'button', class: 'login-quick', 'aria-label': `${t('login.quick')}: ${info.quick.name}`, on: { click: () => signIn(info.quick.userId) } },
        personLine(info.quick), h('span', { class: 'solid' }, t('login.quick'))),
      h('h2', {}, t('login.who')), list.element)));
}

start().catch((error) => toast(t('error.load', { why: error.message })));
