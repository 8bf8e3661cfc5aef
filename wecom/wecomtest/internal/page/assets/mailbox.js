// The mail that applications have sent, the newest first. Content is shown as text.

import { gather, get, listen } from './api.js';
import { fill, h } from './dom.js';
import { language, t } from './text.js';

const root = document.getElementById('mailbox');
const opened = new Set();

/** The text with its addresses as links. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, i) => (i % 2 ? h('a', { href: part, rel: 'noopener', target: '_blank' }, part) : part));
}

function file({ name, content }) {
  return h('a', { class: 'ghost', download: name, href: `data:application/octet-stream;base64,${content}` }, name);
}

function mail(m, key) {
  const details = h('details', { class: 'mail', open: opened.has(key), on: { toggle: () => (details.open ? opened.add(key) : opened.delete(key)) } },
    h('summary', {},
      h('span', { class: 'mail-subject' }, m.subject), h('time', { datetime: m.time }, new Date(m.time).toLocaleString(language)),
      h('span', { class: 'mail-to' }, t('mail.to', { to: [...m.to, ...(m.cc ?? [])].join(', ') }))),
    h('div', { class: 'mail-body' },
      h('div', { class: 'mail-text' }, linked(m.content)),
      m.attachments?.length && h('div', { class: 'mail-files' }, m.attachments.map(file))));
  return details;
}

async function show() {
  const corps = await get('/sim/corps');
  const lists = await Promise.all(corps.map(async ({ id }) => [id, await get('/sim/mails', { corpId: id })]));
  const all = lists.flatMap(([corpId, list]) => list.map((m) => ({ m, key: `${corpId} ${m.time} ${m.subject} ${m.to}` })));
  all.sort((a, b) => b.m.time.localeCompare(a.m.time));
  document.title = t('mail.title');
  fill(root, h('main', { class: 'mails' }, h('h1', {}, t('mail.title')), h('p', {}, t('mail.lead')),
    all.length ? all.map(({ m, key }) => mail(m, key)) : h('p', { class: 'none' }, t('mail.none'))));
}

const refresh = gather(show);
listen({}, ({ kind }) => ['all', 'mail', 'directory'].includes(kind) && refresh());
show();
