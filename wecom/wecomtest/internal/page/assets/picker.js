// The page on which one chooses who to be.

import { gather, get } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { t } from './text.js';

/** A list of members with a search, for a person who chooses one of them. */
export function memberList(corpId, draw, label = t('picker.search')) {
  const rows = h('ul', { class: 'people' });
  const count = h('p', { class: 'people-count', role: 'status' });
  const input = h('input', { type: 'search', placeholder: label, 'aria-label': label });
  const load = gather(async () => {
    try {
      const found = await get('/sim/members', { corpId, q: input.value });
      fill(rows, found.members.map((m) => h('li', {}, draw(m))));
      count.textContent = found.total === 0 ? t('picker.none') : t('picker.shown', { n: found.members.length, total: found.total });
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  });
  input.addEventListener('input', load);
  load();
  return { element: h('div', { class: 'finder' }, h('label', { class: 'search' }, icon('search'), input), rows, count), input };
}

/** How a member is shown in such a list. */
export function personLine(m) {
  return [h('img', { class: 'avatar', src: m.avatar, alt: '' }),
    h('span', { class: 'person-text' }, h('span', { class: 'person-name' }, m.name),
      h('span', { class: 'person-sub' }, [m.department, m.position].filter(Boolean).join(' · ')))];
}

export async function picker(root, problem = '') {
  const corps = await get('/sim/corps');
  const asked = new URLSearchParams(location.search).get('corpId') ?? JSON.parse(sessionStorage.getItem('wecomsim.who') ?? 'null')?.corpId;
  let corp = corps.find((c) => c.id === asked) ?? corps[0];
  const place = h('div', {});
  const draw = () => fill(place, memberList(corp.id, (m) => {
    const address = `/?${new URLSearchParams({ as: m.userId, corpId: corp.id })}`;
    return h('div', { class: 'person' },
      h('a', { class: 'person-main', href: address }, personLine(m)),
      h('a', { class: 'person-tab', href: address, target: '_blank', rel: 'noopener', title: t('picker.tab'), 'aria-label': `${m.name}: ${t('picker.tab')}` }, icon('open')));
  }).element);
  fill(root, h('main', { class: 'picker' },
    h('header', { class: 'picker-head' }, h('img', { src: '/sim/assets/icon.svg', alt: '' }), h('h1', {}, t('picker.title')),
      h('a', { class: 'ghost', href: '/operator' }, t('nav.operator'))),
    h('p', { class: 'picker-lead' }, t('picker.lead')),
    problem && h('p', { class: 'picker-problem', role: 'alert' }, problem),
    corps.length > 1 && h('label', { class: 'picker-corp' }, t('picker.corp'),
      h('select', { on: { change: (e) => { corp = corps[e.target.selectedIndex]; draw(); } } },
        corps.map((c) => h('option', { value: c.id, selected: c === corp }, c.name)))),
    corps.length === 1 && h('p', { class: 'picker-corp' }, corp.name),
    corp ? place : h('p', { class: 'none' }, t('picker.empty'))));
  root.classList.add('picking');
  if (corp) draw();
}
