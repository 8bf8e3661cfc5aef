// The operator's side: interviews, written tests, logs, teams, faults, clock.

import './operator-text.js';
import { fill, get, h, language, post, stateTag, t, toast, watch } from './kit.js';

const root = document.getElementById('app');
let state = null;

const act = async (path, body, done) => {
  try {
    const answer = await post(path, body);
    if (done) toast(done(answer));
    await reload();
  } catch (error) {
    toast(t('error.act', { why: error.message }));
  }
};

const day = (iso) => new Date(iso).toLocaleString(language, { month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false });
const hour = (iso) => new Date(iso).toLocaleTimeString(language, { hour12: false });
const cell = (label, ...inner) => h('td', { 'data-label': label && t(label) }, h('div', {}, inner));
const chip = (text, click) => h('button', { type: 'button', class: 'btn small', on: { click } }, text);
const page = (href, text) => h('a', { href, target: '_blank', rel: 'noopener' }, text);

function clock() {
  const now = h('time', {});
  let base = 0;
  let at = 0;
  const tick = () => { now.textContent = new Date(base + performance.now() - at).toLocaleString(language, { hour12: false }); };
  setInterval(() => base && tick(), 1000);
  const steps = [['op.15s', 15], ['op.1m', 60], ['op.1h', 3600], ['op.1d', 86400]];
  return {
    element: h('div', { class: 'clock', role: 'group', 'aria-label': t('op.clock') }, t('op.clock'), now, t('op.advance'), steps.map(([id, seconds]) => chip(`+${t(id)}`, () => act('/sim/clock', { seconds })))),
    set(iso) { base = Date.parse(iso); at = performance.now(); tick(); },
  };
}

/** A table whose rows are drawn anew when they have changed. */
function table(heads, empty, rows) {
  const body = h('tbody', {});
  let drawn = '';
  return {
    element: h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, heads.map((id) => h('th', {}, id && t(id))))), body)),
    draw() {
      const list = rows(state);
      const now = JSON.stringify(list);
      if (now === drawn) return;
      drawn = now;
      fill(body, list.length ? list.map((row) => h('tr', {}, this.row(row))) : h('tr', {}, h('td', { class: 'none', colspan: heads.length }, t(empty))));
    },
  };
}

const interviews = () => Object.assign(table(['op.candidate', 'op.state', 'op.rate', 'op.created', 'op.team', 'op.open'], 'op.noInterviews', (s) => s.interviews), {
  row: (i) => [
    cell('op.candidate', h('strong', {}, i.candidate || t('op.unnamed')), ' ', h('span', { class: 'dim mono' }, i.uid)),
    cell('op.state', stateTag(i.status)), cell('op.rate', i.rate ? '★'.repeat(i.rate) : '—'), cell('op.created', day(i.createdAt)), cell('op.team', i.team),
    cell('op.open', h('div', { class: 'links' }, i.links.map((l) => page(l.url, l.name || t('op.shared'))), page(i.candidateUrl, t('op.asCandidate')))),
  ],
});

const pads = () => Object.assign(table(['op.candidate', 'op.exam', 'op.state', 'op.score', 'op.open'], 'op.noPads', (s) => s.pads), {
  row: (p) => [
    cell('op.candidate', h('strong', {}, p.candidate), ' ', h('span', { class: 'dim mono' }, p.uid)), cell('op.exam', p.exam), cell('op.state', stateTag(p.status)),
    cell('op.score', p.score === null ? '—' : `${p.score} / ${p.total}`), cell('op.open', page(p.url, t('op.asCandidate'))),
  ],
});

const teams = () => Object.assign(table(['op.team', 'op.key', 'op.callback', 'op.quota', 'op.members', 'op.tokens', ''], 'op.none', (s) => s.teams), {
  row: (x) => [
    cell('op.team', h('strong', {}, x.name), ' ', h('span', { class: 'dim mono' }, String(x.id))), cell('op.key', h('span', { class: 'mono' }, `${x.clientId || '—'} ${x.secret}`)),
    cell('op.callback', h('span', { class: 'mono' }, x.callbackUrl || '—')), cell('op.quota', String(x.quota)), cell('op.members', String(x.members)), cell('op.tokens', String(x.tokens)),
    h('td', { class: 'acts' }, chip(t('op.revoke'), () => act('/sim/tokens/revoke', { clientId: x.clientId }, (r) => t('op.revoked', { n: r.revoked }))),
      chip(t('op.noQuota'), () => act('/sim/quota', { id: x.id, left: 0 })), chip(t('op.moreQuota'), () => act('/sim/quota', { id: x.id, left: x.quota + 100 }))),
  ],
});

const block = (id, text) => text && [h('h3', {}, t(id)), h('pre', {}, pretty(text))];

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** A log with a filter; entries that are open stay open. */
function log(path, line, inner) {
  const box = h('div', { class: 'logs' });
  const filter = h('input', { class: 'input search', type: 'search', placeholder: t('op.search'), 'aria-label': t('op.search'), on: { input: () => draw() } });
  const open = new Set();
  let drawn = '';
  const one = (e) => {
    const details = h('details', {}, h('summary', {}, line(e)), h('div', { class: 'inner' }, inner(e)));
    details.open = open.has(e.seq);
    details.addEventListener('toggle', () => open[details.open ? 'add' : 'delete'](e.seq));
    return details;
  };
  const draw = async () => {
    const list = await get(`${path}?q=${encodeURIComponent(filter.value)}`);
    const now = JSON.stringify(list);
    if (now === drawn) return;
    drawn = now;
    fill(box, list.length ? list.map(one) : h('p', { class: 'none' }, t('op.none')));
  };
  return { element: h('div', {}, filter, box), draw };
}

const calls = () => log('/sim/calls', (c) => [
  h('span', { class: 'dim mono' }, hour(c.time)), h('span', { class: 'what mono' }, `${c.method} ${c.path}${c.query ? `?${c.query}` : ''}`),
  h('span', { class: c.status === 200 && !c.errcode ? 'good' : 'bad' }, c.status ? `${c.status}${c.errcode ? ` · ${c.errcode}` : ''}` : t('op.dropped')),
  h('span', { class: 'took' }, `${Math.round(c.duration / 1e6)} ms`),
], (c) => [c.note && h('p', {}, c.note), block('op.request', c.request), block('op.response', c.response)]);

const webhooks = () => log('/sim/webhooks', (e) => [
  h('span', { class: 'dim mono' }, hour(e.time)), h('span', { class: 'what' }, h('span', { class: 'mono' }, e.event), ' ', h('span', { class: 'dim' }, e.url)),
  h('span', {}, h('span', { class: `tag ${e.state}` }, t(`op.${e.state}`))), h('span', { class: 'took' }, `${e.tries.length} / 4`),
], (e) => [
  e.note && h('p', {}, e.note), block('op.payload', JSON.stringify(e.payload)),
  e.tries.map((x, n) => [h('h3', {}, `${t('op.try', { n: n + 1 })} · ${hour(x.time)} · ${x.error || x.status}`), h('pre', {}, `Smb-Signature: ${x.signature}\n\n${x.body}`)]),
  e.next && h('p', {}, t('op.next', { when: hour(e.next) })), chip(t('op.resend'), () => act('/sim/webhooks/resend', { id: e.seq }, () => t('op.resent'))),
]);

const kinds = ['errcode', 'httpStatus', 'revokeToken', 'dropBefore', 'dropAfter', 'delay', 'malformed', 'truncated'];
const webhookKinds = ['twice', 'late', 'hold', 'lose', 'wrongSign', 'stale'];
const defaults = { errcode: 402, httpStatus: 502, delay: 3, late: 60 };
const timed = new Set(['delay', 'late']);

function faultForm() {
  const where = h('input', { class: 'input wide', list: 'paths', placeholder: 'POST interviews' });
  const value = h('input', { class: 'input', type: 'number', step: 'any', value: defaults.errcode });
  const field = (id, el) => h('label', {}, h('span', {}, t(id)), el);
  const valueField = field('op.value', value);
  const kind = h('select', { class: 'input wide', on: { change: () => {
    valueField.hidden = !(kind.value in defaults);
    value.value = defaults[kind.value] ?? '';
  } } }, [['op.calls', kinds], ['op.webhooks', webhookKinds]].map(([id, list]) => h('optgroup', { label: t(id) }, list.map((k) => h('option', { value: k }, t(`fault.${k}`))))));
  const times = h('input', { class: 'input', type: 'number', min: 0, value: 1 });
  const add = (e) => {
    e.preventDefault();
    const n = timed.has(kind.value) ? Math.round(Number(value.value) * 1e9) : Number(value.value);
    const rule = { times: Number(times.value), [kind.value]: kind.value in defaults ? n : true };
    if (webhookKinds.includes(kind.value)) act('/sim/webhooks/faults', { ...rule, event: where.value.trim() });
    else act('/sim/faults', { ...rule, path: where.value.trim() });
  };
  return h('form', { class: 'fault-form', on: { submit: add } }, field('op.where', where), field('op.kind', kind), valueField, field('op.times', times), h('button', { class: 'btn primary' }, t('op.add')),
    h('datalist', { id: 'paths' }, [...state.paths, '/oauth/token.json', 'interview_ended'].map((p) => h('option', { value: p.replace('{id}', '*') }))));
}

function faults() {
  const place = h('div', {});
  const list = h('ul', { class: 'faults' });
  const say = (f) => [...kinds, ...webhookKinds].filter((k) => f[k]).map((k) => `${t(`fault.${k}`)}${f[k] === true ? '' : ` ${timed.has(k) ? f[k] / 1e9 : f[k]}`}`).join(' + ');
  const line = (f, where) => h('li', {}, h('span', { class: 'mono' }, where || '*'), h('span', {}, say(f)), h('span', { class: 'dim' }, f.times ? t('op.left', { n: f.left }) : t('op.forever')),
    chip(t('op.remove'), () => act('/sim/faults/remove', { ids: [f.id] })));
  return {
    element: h('div', {}, place, list),
    draw() {
      if (!place.hasChildNodes()) place.append(faultForm());
      const lines = [...state.faults.map((f) => line(f, f.path)), ...state.webhookFaults.map((f) => line(f, `${t('op.webhooks')} ${f.event}`))];
      if (state.held) lines.push(h('li', {}, t('op.heldCount', { n: state.held }), chip(t('op.release'), () => act('/sim/webhooks/release', {}))));
      fill(list, lines.length ? lines : h('li', { class: 'dim' }, t('op.healthy')));
    },
  };
}

const time = clock();
const panels = { interviews: interviews(), pads: pads(), webhooks: webhooks(), calls: calls(), teams: teams(), faults: faults() };
const tabs = Object.keys(panels).map((name) => h('a', { href: `#/${name}`, 'data-name': name }, t(`op.${name}`), h('span', { class: 'badge', hidden: true })));
const main = h('main', { class: 'op-main' });

async function show() {
  const name = panels[location.hash.slice(2)] ? location.hash.slice(2) : 'interviews';
  for (const a of tabs) {
    if (a.dataset.name === name) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current');
  }
  const badge = tabs.find((a) => a.dataset.name === 'faults').querySelector('.badge');
  const count = state.faults.length + state.webhookFaults.length;
  badge.hidden = !count;
  badge.textContent = String(count);
  if (main.firstChild !== panels[name].element) fill(main, panels[name].element);
  await panels[name].draw();
}

async function reload() {
  try {
    state = await get('/sim/operator');
    time.set(state.time);
    await show();
  } catch (error) {
    toast(t('error.load', { why: error.message }));
  }
}

document.title = t('op.title');
fill(root, h('header', { class: 'op-head' }, h('img', { src: '/sim/assets/icon.svg', alt: '' }), h('h1', {}, t('op.title')), time.element), h('nav', { class: 'op-tabs', 'aria-label': t('op.tabs') }, tabs), main);
addEventListener('hashchange', () => state && show());
watch(reload);
