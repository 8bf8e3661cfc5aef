// The contact list: departments, members, and one member's page.

import { gather, get } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { t } from './text.js';

export function contactsView(state) {
  const corp = state.who.corp;
  const input = h('input', { type: 'search', placeholder: t('contacts.search'), 'aria-label': t('contacts.search') });
  const rows = h('ul', { class: 'rows tree' });
  const main = h('main', { class: 'main' });
  let people = [];
  let open = new Set();
  let chosen = '';

  const load = gather(async () => {
    try {
      const found = await get('/sim/members', { corp, q: input.value });
      people = found.members;
      if (open.size === 0) open = new Set(found.departments.map((d) => d.name));
      draw(found.departments);
      drawMain();
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  });

  function draw(departments) {
    if (input.value.trim()) return fill(rows, people.map(person));
    fill(rows, departments.filter((d) => d.total > 0).map((d) => h('li', {},
      h('details', { open: open.has(d.name), on: { toggle: (e) => (e.target.open ? open.add(d.name) : open.delete(d.name)) } },
        h('summary', { class: `depth-${Math.min(d.depth, 4)}` }, icon('next'), h('span', {}, d.name), h('span', { class: 'count' }, String(d.total))),
        h('ul', {}, people.filter((p) => p.department === d.name).map(person))))));
    return undefined;
  }

  const person = (m) => h('li', {}, h('a', { class: 'row', href: `#/contacts/${encodeURIComponent(m.userId)}`, 'aria-current': m.userId === chosen ? 'true' : null },
    h('img', { class: 'face', src: m.avatar, alt: '' }),
    h('span', { class: 'row-text' }, h('span', { class: 'row-top' }, h('span', { class: 'row-name' }, m.name)), h('span', { class: 'row-last' }, m.position))));

  function drawMain() {
    const m = people.find((p) => p.userId === chosen);
    for (const a of rows.querySelectorAll('a.row')) {
      if (m && a.getAttribute('href') === `#/contacts/${encodeURIComponent(m.userId)}`) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current');
    }
    fill(main, m ? profile(state, m) : h('div', { class: 'choose' }, t('contacts.choose')));
  }

  input.addEventListener('input', load);
  load();
  return {
    list: h('aside', { class: 'list', 'aria-label': t('contacts.title') }, h('div', { class: 'list-head' }, h('label', { class: 'search' }, icon('search'), input)), rows),
    main,
    update(id) {
      chosen = id;
      drawMain();
    },
  };
}

function profile(state, m) {
  const line = (label, value) => value && h('div', {}, h('dt', {}, label), h('dd', {}, value));
  const mine = m.userId === state.me.userId;
  return h('div', { class: 'profile' },
    h('a', { class: 'back', href: '#/contacts', 'aria-label': t('chats.back') }, icon('back')),
    h('div', { class: 'profile-head' }, h('img', { class: 'face', src: m.avatar, alt: '' }),
      h('div', {}, h('h1', {}, m.name), h('p', {}, state.corp.name))),
    h('dl', {}, line(t('contacts.department'), m.department), line(t('contacts.position'), m.position),
      line(t('contacts.account'), m.userId), line(t('contacts.mobile'), m.mobile), line(t('contacts.email'), m.email)),
    mine ? h('p', { class: 'tag' }, t('contacts.you'))
      : h('a', { class: 'solid', href: `/?${new URLSearchParams({ as: m.userId, corp: state.who.corp })}`, target: '_blank', rel: 'noopener' }, t('contacts.be')));
}
