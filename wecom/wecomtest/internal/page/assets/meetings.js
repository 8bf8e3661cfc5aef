// The member's meetings: what is to come, what runs, what is over, with code and link.

import './meetings-text.js';
import { gather, get, openAddress, post } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { richText } from './markup.js';
import { language, t } from './text.js';

export const states = { 1: 'waiting', 2: 'running', 3: 'ended', 4: 'cancelled', 5: 'expired' };
const over = (m) => m.status > 2;
const date = (iso) => new Date(iso).toLocaleDateString(language, { month: 'long', day: 'numeric', weekday: 'short' });
const clock = (at) => new Date(at).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });
export const span = (m) => `${date(m.start)} ${clock(m.start)} – ${clock(Date.parse(m.start) + m.minutes * 60000)}`;

/** Nine digits as WeCom shows them. */
export const spaced = (code) => code.replace(/(\d{3})(?=\d)/g, '$1 ');

export function meetingsView(state) {
  const rows = h('ul', { class: 'rows' });
  const main = h('main', { class: 'main' });
  let chosen = '';
  let items = [];
  const load = gather(async () => {
    try {
      items = await get('/sim/meetings', state.who);
      draw();
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  });

  function draw() {
    const [next, past] = [items.filter((m) => !over(m)), items.filter(over).reverse()];
    const part = (label, list) => list.length > 0 && [h('li', { class: 'rows-part' }, label), list.map(row)];
    fill(rows, items.length ? [part(t('meet.next'), next), part(t('meet.past'), past)] : h('li', { class: 'none' }, t('meet.none')));
    const m = items.find((x) => x.id === chosen);
    fill(main, m ? detail(m) : h('h1', { class: 'choose' }, icon('video'), t('meet.choose')));
  }

  const row = (m) => h('li', {}, h('a', { class: over(m) ? 'row meet-off' : 'row', href: `#/meetings/${encodeURIComponent(m.id)}`, 'aria-current': m.id === chosen ? 'true' : null },
    h('span', { class: 'meet-mark' }, icon('video')),
    h('span', { class: 'row-text' }, h('span', { class: 'row-top' }, h('span', { class: 'row-name' }, m.title), tag(m)), h('span', { class: 'row-last' }, span(m)))));

  const act = (m, action) => h('button', { type: 'button', class: action === 'join' ? 'solid' : 'ghost', on: { click: async () => {
    try {
      await post('/sim/meetings', { ...state.who, id: m.id, action });
    } catch (error) {
      toast(t('chat.failed', { why: error.message }));
    }
    load();
  } } }, t(`meet.${action}`));

  function detail(m) {
    const line = (label, value) => value && h('div', {}, h('dt', {}, label), h('dd', {}, value));
    return h('article', { class: 'meet', 'aria-label': m.title },
      h('a', { class: 'back', href: '#/meetings', 'aria-label': t('chats.back') }, icon('back')),
      h('header', {}, h('h1', { class: m.status === 4 ? 'meet-cancelled' : null }, m.title), tag(m)),
      h('dl', {}, line(t('meet.time'), span(m)), line(t('meet.code'), h('span', { class: 'meet-code' }, spaced(m.code))),
        line(t('meet.admin'), m.admin.name), line(t('meet.place'), m.location && richText(m.location, (url) => openAddress(state.who, url))),
        line(t('meet.about'), m.description && richText(m.description, (url) => openAddress(state.who, url))),
        line(t('meet.link'), h('a', { href: openAddress(state.who, m.link), target: '_blank', rel: 'noopener' }, m.link))),
      m.inside && h('p', { class: 'meet-inside', role: 'status' }, t('meet.inside')),
      h('div', { class: 'meet-acts' }, !over(m) && !m.inside && act(m, 'join'), m.inside && act(m, 'leave'),
        m.status === 2 && m.mine && act(m, 'end'), m.status === 1 && m.mine && act(m, 'cancel')),
      h('h2', {}, t('meet.people')),
      h('ul', { class: 'plan-people', 'aria-label': t('meet.people') }, m.people.map((p) => h('li', { class: p.joined ? 'answer-2' : null },
        h('img', { class: 'avatar', src: p.avatar, alt: '' }), p.name, p.inside && h('span', { class: 'tag' }, t('meet.here')), p.joined && h('span', { class: 'hidden' }, t('meet.joined'))))));
  }

  load();
  return {
    list: h('aside', { class: 'list', 'aria-label': t('nav.meetings') }, h('div', { class: 'list-head' }, h('h2', { class: 'list-title' }, t('nav.meetings'))), rows),
    main,
    update(id) {
      chosen = id;
      load();
    },
  };
}

export const tag = (m) => h('span', { class: `tag meet-${states[m.status]}` }, t(`meet.${states[m.status]}`));
