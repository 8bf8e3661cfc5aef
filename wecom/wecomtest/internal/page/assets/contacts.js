// The contact list: departments, members, and one member's page.

import { gather, get } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { t } from './text.js';

export function contactsView(state) {
  const { corpId } = state.who;
  const input = h('input', { type: 'search', placeholder: t('contacts.search'), 'aria-label': t('contacts.search') });
  const rows = h('ul', { class: 'rows tree' });
  const main = h('main', { class: 'main' });
  const known = new Map(); // user id → member, of all that have been loaded
  let open = null; // ids of the departments that are open
  let chosen = '';

  const load = gather(async () => {
    const needle = input.value.trim();
    try {
      const found = await get('/sim/members', { corpId, q: needle || undefined });
      found.members.forEach((m) => known.set(m.userId, m));
      if (needle) fill(rows, found.members.map(person));
      else drawTree(found);
      drawMain();
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  });

  /** The departments; a large company is not loaded before one opens them. */
  function drawTree({ departments, total }) {
    open ??= new Set(total <= 200 ? departments.map((d) => d.id) : [1]);
    fill(rows, departments.filter((d) => d.total > 0).map((d) => {
      const list = h('ul', {});
      const fold = h('details', { open: open.has(d.id) },
        h('summary', { class: `depth-${Math.min(d.depth, 4)}` }, icon('next'), h('span', {}, d.name), h('span', { class: 'count' }, String(d.total))), list);
      fold.addEventListener('toggle', () => {
        if (fold.open) open.add(d.id); else open.delete(d.id);
        if (fold.open && d.members > 0) loadDepartment(d.id, list);
      });
      return h('li', {}, fold);
    }));
  }

  async function loadDepartment(id, list) {
    try {
      const found = await get('/sim/members', { corpId, department: id });
      found.members.forEach((m) => known.set(m.userId, m));
      fill(list, found.members.map(person));
      drawMain();
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  }

  const person = (m) => h('li', {}, h('a', { class: 'row', href: `#/contacts/${encodeURIComponent(m.userId)}`, 'aria-current': m.userId === chosen ? 'true' : null },
    h('img', { class: 'avatar', src: m.avatar, alt: '' }),
    h('span', { class: 'row-text' }, h('span', { class: 'row-top' }, h('span', { class: 'row-name' }, m.name)), h('span', { class: 'row-last' }, m.position))));

  function drawMain() {
    const m = known.get(chosen);
    for (const a of rows.querySelectorAll('a.row')) {
      if (m && a.getAttribute('href') === `#/contacts/${encodeURIComponent(m.userId)}`) a.setAttribute('aria-current', 'true'); else a.removeAttribute('aria-current');
    }
    fill(main, m ? profile(state, m) : h('h1', { class: 'choose' }, t('contacts.choose')));
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
    h('div', { class: 'profile-head' }, h('img', { class: 'avatar', src: m.avatar, alt: '' }),
      h('div', {}, h('h1', {}, m.name), h('p', {}, state.corp.name))),
    h('dl', {}, line(t('contacts.department'), m.department), line(t('contacts.position'), m.position),
      line(t('contacts.account'), m.userId), line(t('contacts.mobile'), m.mobile), line(t('contacts.email'), m.email)),
    mine ? h('p', { class: 'tag' }, t('contacts.you'))
      : h('a', { class: 'solid', href: `/?${new URLSearchParams({ as: m.userId, corpId: state.who.corpId })}`, target: '_blank', rel: 'noopener' }, t('contacts.be')));
}
