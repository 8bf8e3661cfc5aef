// The operator's side: logs, applications, members, faults and the clock.

import './operator-text.js';
import { gather, get, listen, post } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { callbacksPanel, callsPanel } from './operator-logs.js';
import { memberList, personLine } from './picker.js';
import { language, t } from './text.js';

const root = document.getElementById('operator');
let state = null;

const act = async (path, body, done) => {
  try {
    const answer = await post(path, body);
    if (done) toast(done(answer));
  } catch (error) {
    toast(t('error.load', { why: error.message }));
  }
};

function clock() {
  const now = h('time', { class: 'clock-now' });
  let base = 0;
  let at = 0;
  const tick = () => {
    const d = new Date(base + performance.now() - at);
    now.textContent = d.toLocaleString(language, { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
    now.dateTime = d.toISOString();
  };
  setInterval(() => base && tick(), 1000);
  const hours = h('input', { type: 'number', min: '0', step: 'any', value: '12', 'aria-label': t('op.hours') });
  const free = h('form', { class: 'clock-free', on: { submit: (e) => { e.preventDefault(); act('/sim/clock', { seconds: Number(hours.value) * 3600 }); } } },
    hours, h('button', { class: 'chip' }, t('op.advanceHours')));
  const steps = [['op.5m', 300], ['op.1h', 3600], ['op.2h', 7200], ['op.1d', 86400], ['op.3d', 259200]];
  return {
    element: h('div', { class: 'clock', role: 'group', 'aria-label': t('op.clock') }, h('span', {}, t('op.clock')), now, h('span', { class: 'clock-by' }, t('op.advance')),
      steps.map(([id, seconds]) => h('button', { type: 'button', class: 'chip', on: { click: () => act('/sim/clock', { seconds }) } }, `+${t(id)}`)), free),
    set(iso) { base = Date.parse(iso); at = performance.now(); tick(); },
  };
}

/** A masked secret that can be looked at; it is fetched only then. */
function secret(a) {
  const box = h('div', { class: 'op-secret' });
  const hide = () => fill(box, h('span', { class: 'mono' }, a.secret), h('button', { type: 'button', class: 'chip', 'aria-label': t('op.revealOf', { name: a.name }), on: { click: reveal } }, t('op.reveal')));
  const reveal = async () => {
    try {
      const found = await get('/sim/secrets', { corpId: a.corpId, agent: a.agentId });
      const line = (label, value) => value && h('div', {}, h('span', { class: 'dim' }, label), ' ', h('span', { class: 'mono wrap' }, value));
      fill(box, line('Secret', found.secret), line('Token', found.token), line('EncodingAESKey', found.encodingAesKey),
        h('button', { type: 'button', class: 'chip', on: { click: () => { hide(); box.querySelector('button').focus(); } } }, t('op.hide')));
      box.querySelector('button').focus();
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  };
  hide();
  return box;
}

function appsPanel() {
  let drawn = '';
  const body = h('tbody', {});
  const cell = (label, ...inner) => h('td', { 'data-label': label }, inner);
  return {
    element: h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {},
      ['op.app', 'op.secret', 'op.callback', 'op.domains', 'op.range', 'op.tokens', ''].map((id) => h('th', { scope: 'col' }, id ? t(id) : h('span', { class: 'hidden' }, t('op.acts')))))), body)),
    draw() {
      const now = JSON.stringify(state.apps);
      if (now === drawn) return; // what is revealed stays
      drawn = now;
      fill(body, state.apps.map((a) => h('tr', {},
        cell(t('op.app'), h('strong', {}, a.name), h('div', { class: 'dim mono' }, `${a.corpId} · ${a.agentId}`)),
        cell(t('op.secret'), secret(a)),
        cell(t('op.callback'), h('span', { class: 'mono wrap' }, a.callbackUrl || '—')),
        cell(t('op.domains'), h('span', { class: 'mono' }, a.trustedDomains.join(', ') || '—')),
        cell(t('op.range'), a.range === 'all' ? t('op.all') : t('op.some', { n: a.range })),
        cell(t('op.tokens'), String(a.tokens)),
        h('td', { class: 'acts' },
          a.callbackUrl && h('button', { type: 'button', class: 'chip', on: { click: () => act('/sim/callbacks/verify', { corpId: a.corpId, agentId: a.agentId }, () => t('op.verified')) } }, t('op.verify')),
          h('button', { type: 'button', class: 'chip', on: { click: () => act('/sim/tokens/revoke', { corpId: a.corpId, agentId: a.agentId }, (r) => t('op.revoked', { n: r.revoked })) } }, t('op.revoke'))))));
    },
  };
}

function membersPanel() {
  const element = h('div', { class: 'op-members' });
  let drawn = '';
  return {
    element,
    draw() {
      const corps = JSON.stringify(state.corps);
      if (corps === drawn) return; // a search in progress is not thrown away
      drawn = corps;
      fill(element, state.corps.map((c) => h('section', {}, h('h2', {}, c.name, ' ', h('span', { class: 'dim mono' }, c.id)),
        memberList(c.id, (m) => h('a', { class: 'person-main', href: `/?${new URLSearchParams({ as: m.userId, corpId: c.id })}`, target: '_blank', rel: 'noopener' },
          personLine(m), h('span', { class: 'dim mono op-id' }, m.userId), icon('open'))).element)));
    },
  };
}

const kinds = ['errcode', 'httpStatus', 'dropBefore', 'dropAfter', 'delay', 'malformed', 'truncated', 'slowBody'];
const callbackKinds = ['twice', 'lose', 'hold', 'stale', 'wrongSign', 'wrongCorp', 'brokenCipher'];
const defaults = { errcode: -1, httpStatus: 502, delay: 3, slowBody: 5 };
const timed = new Set(['delay', 'slowBody']);

function faultForm() {
  const path = h('input', { list: 'paths', placeholder: 'message/send', 'aria-label': t('op.where') });
  const value = h('input', { type: 'number', step: 'any', value: '-1', 'aria-label': t('op.value') });
  const kind = h('select', { 'aria-label': t('op.kind'), on: { change: () => {
    value.hidden = !(kind.value in defaults);
    errmsg.hidden = kind.value !== 'errcode';
    every.hidden = share.hidden = callbackKinds.includes(kind.value);
    value.value = defaults[kind.value] ?? '';
  } } }, h('optgroup', { label: t('op.calls') }, kinds.map((k) => h('option', { value: k }, t(`fault.${k}`)))),
  h('optgroup', { label: t('op.callbacks') }, callbackKinds.map((k) => h('option', { value: k }, t(`fault.${k}`)))));
  const errmsg = h('input', { type: 'text', 'aria-label': t('op.errmsg') });
  const app = h('select', { 'aria-label': t('op.app') }, h('option', { value: '' }, t('op.anyApp')),
    (state?.apps ?? []).map((a, i) => h('option', { value: String(i) }, `${a.name} (${a.agentId})`)));
  const every = h('input', { type: 'number', min: '1', value: '1', 'aria-label': t('op.every') });
  const times = h('input', { type: 'number', min: '0', value: '1', 'aria-label': t('op.times') });
  const share = h('input', { type: 'number', min: '1', max: '100', value: '100', 'aria-label': t('op.share') });
  const add = (e) => {
    e.preventDefault();
    const whose = state.apps[app.value] ?? {};
    const select = { corpId: whose.corpId ?? '', agentId: whose.agentId ?? 0, times: Number(times.value) };
    if (callbackKinds.includes(kind.value)) {
      act('/sim/callbacks/faults', { ...select, event: path.value.trim(), [kind.value]: true });
      return;
    }
    const rule = { ...select, path: path.value.trim(), share: Number(share.value) / 100, every: Number(every.value) };
    if (kind.value === 'errcode') rule.errmsg = errmsg.value.trim();
    if (timed.has(kind.value)) rule[kind.value] = Math.round(Number(value.value) * 1e9);
    else rule[kind.value] = kind.value in defaults ? Number(value.value) : true;
    act('/sim/faults', rule);
  };
  const field = (id, el) => h('label', {}, h('span', {}, t(id)), el);
  return h('form', { class: 'fault-form', 'aria-label': t('op.rule'), on: { submit: add } },
    field('op.where', path), field('op.kind', kind), field('op.value', value), field('op.errmsg', errmsg),
    field('op.app', app), field('op.times', times), field('op.every', every), field('op.share', share), h('button', { class: 'solid' }, t('op.add')),
    h('datalist', { id: 'paths' }, (state?.paths ?? []).map((p) => h('option', { value: p }))));
}

function faultsPanel() {
  const list = h('ul', { class: 'fault-list' });
  const place = h('div', {});
  const say = (f) => [...kinds, ...callbackKinds].filter((k) => f[k]).map((k) => `${t(`fault.${k}`)}${f[k] === true ? '' : ` ${timed.has(k) ? f[k] / 1e9 : f[k]}`}`).join(' + ');
  const whose = (f) => [f.agentId && String(f.agentId), f.every > 1 && t('op.nth', { n: f.every }), f.share > 0 && f.share < 1 && `${Math.round(f.share * 100)}%`].filter(Boolean).join(' · ');
  const line = (f, where) => h('li', {}, h('span', { class: 'mono' }, where || '*'), h('span', {}, say(f), f.errmsg && ` ${f.errmsg}`), h('span', { class: 'dim' }, whose(f)),
    h('span', { class: 'dim' }, f.times ? t('op.left', { n: f.left }) : t('op.forever')),
    h('button', { type: 'button', class: 'chip', 'aria-label': `${t('op.remove')}: ${where || '*'} ${say(f)}`, on: { click: () => act('/sim/faults/remove', { ids: [f.id] }) } }, t('op.remove')));
  return {
    element: h('div', { class: 'op-faults' }, place, list),
    draw() {
      if (!place.hasChildNodes()) place.append(faultForm());
      const lines = [...state.faults.map((f) => line(f, f.path)), ...state.callbackFaults.map((f) => line(f, `${t('op.callbacks')} ${f.event}`))];
      if (state.held) lines.push(h('li', {}, t('op.held', { n: state.held }), h('button', { type: 'button', class: 'chip', on: { click: () => act('/sim/callbacks/release', {}) } }, t('op.release'))));
      if (state.faults.length + state.callbackFaults.length > 1) lines.push(h('li', {}, h('button', { type: 'button', class: 'chip', on: { click: () => act('/sim/faults/remove', { ids: [] }) } }, t('op.heal'))));
      fill(list, lines.length ? lines : h('li', { class: 'none' }, t('op.healthy')));
    },
  };
}

const left = (ns) => { const s = Math.ceil(ns / 1e9); return s > 90 ? t('op.minutes', { n: Math.ceil(s / 60) }) : t('op.seconds', { n: s }); };

function quotasPanel() {
  const place = h('div', {});
  const draw = async () => {
    try {
      const { off, quotas } = await get('/sim/quotas');
      fill(place, off && h('p', { class: 'op-note' }, t('op.quotasOff')),
        quotas.length ? h('div', { class: 'scroll' }, h('table', {}, h('thead', {}, h('tr', {}, ['op.limit', 'op.who', 'op.used', 'op.renews'].map((id) => h('th', { scope: 'col' }, t(id))))),
          h('tbody', {}, quotas.map((q) => h('tr', {}, h('td', { 'data-label': t('op.limit') }, t(`quota.${q.what}`)), h('td', { 'data-label': t('op.who'), class: 'mono' }, q.who),
            h('td', { 'data-label': t('op.used') }, h('meter', { min: '0', max: String(q.limit), high: String(q.limit * 0.8), value: String(Math.min(q.used, q.limit)), 'aria-hidden': 'true' }), ` ${q.used} / ${q.limit}`),
            h('td', { 'data-label': t('op.renews') }, left(q.left)))))))
          : h('p', { class: 'none' }, t('op.quotasNone')));
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  };
  return {
    element: h('div', { class: 'op-quotas' }, h('p', {}, h('button', { type: 'button', class: 'chip', on: { click: async () => { await act('/sim/quotas/forget', {}); draw(); } } }, t('op.forget'))), place),
    draw,
  };
}

async function start() {
  document.title = t('op.title');
  const time = clock();
  const panels = { calls: callsPanel(), callbacks: callbacksPanel(), apps: appsPanel(), members: membersPanel(), faults: faultsPanel(), quotas: quotasPanel() };
  const tabs = Object.keys(panels).map((name) => h('a', { href: `#/${name}`, 'data-name': name }, t(`op.${name}`), h('span', { class: 'badge', hidden: true })));
  const main = h('main', { class: 'op-main' });
  const pages = h('span', { class: 'op-pages' }); // of the program that runs the simulator
  fill(root, h('header', { class: 'op-head' }, h('img', { src: '/sim/assets/icon.svg', alt: '' }), h('h1', {}, t('op.title')), time.element, pages,
    h('a', { class: 'ghost', href: '/sim/har', download: 'wecom.har' }, t('op.har')),
    h('a', { class: 'ghost', href: '/wechat', target: '_blank', rel: 'noopener' }, t('op.wechat')),
    h('a', { class: 'ghost', href: '/?switch=1', target: '_blank', rel: 'noopener' }, t('op.client'))),
  h('nav', { class: 'op-tabs', 'aria-label': t('op.tabs') }, tabs), main);
  const show = () => {
    const name = panels[location.hash.slice(2)] ? location.hash.slice(2) : 'calls';
    for (const a of tabs) {
      if (a.dataset.name === name) a.setAttribute('aria-current', 'page'); else a.removeAttribute('aria-current');
    }
    const badge = tabs.find((a) => a.dataset.name === 'faults').querySelector('.badge');
    const faults = state.faults.length + state.callbackFaults.length;
    badge.hidden = !faults;
    badge.textContent = String(faults);
    if (main.firstChild !== panels[name].element) fill(main, panels[name].element);
    panels[name].draw();
  };
  const reload = gather(async () => {
    try {
      state = await get('/sim/operator');
      time.set(state.time);
      if (!pages.firstChild) fill(pages, state.pages.map((p) => h('a', { class: 'ghost', href: `${p.path}?lang=${language}`, target: '_blank', rel: 'noopener' }, p.labels[language] ?? p.path)));
      show();
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  }, 80);
  addEventListener('hashchange', () => state && show());
  listen({}, reload);
}

start();
