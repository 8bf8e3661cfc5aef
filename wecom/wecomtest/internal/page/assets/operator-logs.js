// The two logs of the operator's page: calls of the API, and callbacks sent.

import { gather, get, post } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { language, t } from './text.js';

const clock = (iso) => new Date(iso).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
const took = (ns) => (ns < 1e6 ? `${(ns / 1e3).toFixed(0)} µs` : ns < 1e9 ? `${(ns / 1e6).toFixed(1)} ms` : `${(ns / 1e9).toFixed(1)} s`);

/** JSON and XML with line breaks, anything else as it is. */
function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.replace(/><(?=[A-Za-z])/g, '>\n<').replace('</xml>', '\n</xml>');
  }
}

const block = (label, text) => text && h('div', { class: 'log-block' }, h('h3', {}, label), h('pre', { tabindex: '0' }, pretty(text)));

/** A log with a filter; entries that are open stay open. */
function logPanel(path, draw) {
  const input = h('input', { type: 'search', placeholder: t('op.search'), 'aria-label': t('op.search') });
  const list = h('div', { class: 'log-list' });
  const open = new Set();
  const load = async () => {
    try {
      const items = await get(path, { q: input.value.trim() || undefined });
      fill(list, items.length ? items.map((item) => h('details', {
        class: 'log-item', open: open.has(item.seq),
        on: { toggle: (e) => (e.currentTarget.open ? open.add(item.seq) : open.delete(item.seq)) },
      }, draw(item))) : h('p', { class: 'none' }, t('op.none')));
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  };
  input.addEventListener('input', gather(load, 150));
  return { element: h('div', {}, h('label', { class: 'search' }, icon('search'), input), list), draw: load };
}

const result = (good, text) => h('span', { class: good ? 'result good' : 'result bad' }, text);

export const callsPanel = () => logPanel('/sim/calls', (c) => [
  h('summary', {},
    h('span', { class: 'mono dim' }, clock(c.time)), h('span', { class: 'mono log-what' }, `${c.method} ${c.path.replace('/cgi-bin/', '')}`),
    h('span', { class: 'dim log-app' }, c.agentId ? String(c.agentId) : ''),
    c.status === 0 ? result(false, t('op.dropped')) : c.status !== 200 ? result(false, `HTTP ${c.status}`) : result(c.errcode === 0, `errcode ${c.errcode}`),
    h('span', { class: 'dim log-took' }, took(c.duration))),
  h('div', { class: 'log-inner' }, c.note && h('p', {}, c.note), c.query && h('p', { class: 'mono wrap' }, `?${c.query}`),
    block(t('op.request'), c.request), block(t('op.response'), c.response))]);

export const callbacksPanel = () => logPanel('/sim/callbacks', (d) => [
  h('summary', {},
    h('span', { class: 'mono dim' }, clock(d.time)), h('span', { class: 'mono log-what' }, d.event), h('span', { class: 'dim log-app' }, d.from),
    result(d.ok, `${d.ok ? t('op.delivered') : t('op.lost')}${d.tries?.length > 1 ? ` ×${d.tries.length}` : ''}`),
    h('span', { class: 'dim log-took' }, d.tries?.length ? took(d.tries.at(-1).duration) : '')),
  h('div', { class: 'log-inner' }, d.note && h('p', {}, d.note), h('p', { class: 'mono wrap' }, d.url),
    d.tries?.map((x, i) => h('p', { class: 'mono' }, `${i + 1}. HTTP ${x.status || '—'} ${took(x.duration)} ${x.error ?? ''}`)),
    block(t('op.plain'), d.plain), block(t('op.reply'), d.reply),
    h('button', { type: 'button', class: 'chip', on: { click: () => resend(d.seq) } }, t('op.resend')))]);

async function resend(seq) {
  try {
    await post('/sim/callbacks/resend', { seq });
    toast(t('op.resent'));
  } catch (error) {
    toast(t('error.load', { why: error.message }));
  }
}
