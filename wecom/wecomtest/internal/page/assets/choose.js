// Dialogs in which a member chooses people or conversations.

import { gather, get, post } from './api.js';
import { dialog } from './dialog.js';
import { fill, h, icon, toast } from './dom.js';
import { personLine } from './picker.js';
import { t } from './text.js';

const line = (kind, name, checked, change, inner) => h('li', {}, h('label', { class: 'choose-line' },
  h('input', { type: kind, name, checked, on: { change } }), inner));

/**
 * WeCom's contact picker. params are those of selectEnterpriseContact; it
 * resolves with {departments, members}, or undefined.
 */
export async function chooseMembers(state, params) {
  const { corpId } = state.who;
  const multi = params.mode !== 'single';
  const kind = multi ? 'checkbox' : 'radio';
  const types = params.type ?? ['user'];
  const members = new Map();
  const departments = new Map();
  const first = await get('/sim/members', { corpId });
  const preset = (ids, all, key, into) => (ids ?? []).forEach((id) => {
    const found = all.find((x) => String(x[key]).toLowerCase() === String(id).toLowerCase());
    if (found) into.set(String(found[key]), found);
  });
  preset(params.selectedUserIds, first.members, 'userId', members);
  preset(params.selectedDepartmentIds, first.departments, 'id', departments);
  const count = h('p', { class: 'people-count', role: 'status' });
  const tally = () => { count.textContent = t('ask.chosen', { n: members.size + departments.size }); };
  const pick = (into, key, thing) => (e) => {
    if (!multi) { members.clear(); departments.clear(); }
    if (e.target.checked) into.set(key, thing); else into.delete(key);
    tally();
  };
  const rows = h('ul', { class: 'choose-list' });
  const search = h('input', { type: 'search', 'aria-label': t('picker.search'), placeholder: t('picker.search') });
  const mine = first.departments.find((d) => d.name === state.me.department);
  const start = params.fromDepartmentId === -1 ? mine?.id : params.fromDepartmentId > 0 ? params.fromDepartmentId : '';
  const place = h('select', { 'aria-label': t('ask.department') }, h('option', { value: '' }, state.corp.name),
    first.departments.filter((d) => d.depth > 0).map((d) => h('option', { value: d.id, selected: d.id === start }, `${'　'.repeat(d.depth)}${d.name}`)));
  const load = gather(async () => {
    const found = await get('/sim/members', { corpId, q: search.value, department: search.value ? undefined : place.value || undefined }).catch((e) => toast(t('error.load', { why: e.message })));
    if (!found) return;
    const inside = types.includes('department') ? first.departments.filter((d) => (place.value ? String(d.parentId) === place.value || String(d.id) === place.value : true) && d.name.includes(search.value)) : [];
    fill(rows, inside.map((d) => line(kind, 'chosen', departments.has(String(d.id)), pick(departments, String(d.id), d), [icon('people'), h('span', {}, d.name), h('span', { class: 'dim' }, String(d.total))])),
      types.includes('user') && found.members.map((m) => line(kind, 'chosen', members.has(m.userId), pick(members, m.userId, m), personLine(m))));
  }, 0);
  search.addEventListener('input', load);
  place.addEventListener('change', load);
  load();
  tally();
  return dialog(t('ask.contacts'), () => [h('div', { class: 'choose-head' }, h('label', { class: 'search' }, icon('search'), search), place), rows, count],
    [[t('ask.ok'), () => ({ departments: [...departments.values()], members: [...members.values()] })]]);
}

/** The picker of a member's external contacts; resolves with their ids. */
export async function chooseCustomers(who) {
  const { people } = await get('/sim/outside', { corpId: who.corpId, follower: who.as });
  const chosen = new Set();
  const rows = people.map((p) => line('checkbox', 'chosen', false, (e) => (e.target.checked ? chosen.add(p.id) : chosen.delete(p.id)),
    [h('img', { class: 'avatar', src: p.avatar, alt: '' }), h('span', {}, p.name)]));
  return dialog(t('ask.customers'), () => (rows.length ? h('ul', { class: 'choose-list' }, rows) : h('p', { class: 'none' }, t('ask.noCustomers'))),
    rows.length ? [[t('ask.ok'), () => [...chosen]]] : []);
}

/** The forward dialog; resolves with true when the link was sent. */
export async function forwardTo(state, link) {
  const { corpId } = state.who;
  const chosen = new Set();
  const rows = h('ul', { class: 'choose-list' });
  const search = h('input', { type: 'search', 'aria-label': t('picker.search'), placeholder: t('picker.search') });
  const note = h('input', { type: 'text', class: 'ask-input', 'aria-label': t('ask.note'), placeholder: t('ask.note') });
  const option = (key, avatar, name) => line('checkbox', 'to', chosen.has(key), (e) => (e.target.checked ? chosen.add(key) : chosen.delete(key)),
    [h('img', { class: 'avatar', src: avatar, alt: '' }), h('span', {}, name)]);
  const load = gather(async () => {
    const found = await get('/sim/members', { corpId, q: search.value }).catch((e) => toast(t('error.load', { why: e.message })));
    const groups = state.apps.filter((a) => a.chatId && a.name.includes(search.value));
    fill(rows, groups.map((g) => option(`g-${g.chatId}`, g.logo, `${g.name} (${g.members})`)),
      found?.members.filter((m) => m.userId !== state.me.userId).map((m) => option(`u-${m.userId}`, m.avatar, m.name)));
  }, 0);
  search.addEventListener('input', load);
  load();
  const shared = { title: link.title || link.link, desc: link.desc || '', link: link.link, imgUrl: link.imgUrl || '' };
  const send = await dialog(t('ask.forward'), () => [h('label', { class: 'search' }, icon('search'), search), rows,
    h('div', { class: 'shared-link' }, h('strong', {}, shared.title), h('span', {}, shared.desc || shared.link)), note], [[t('ask.send'), () => chosen.size > 0]]);
  if (!send) return false;
  await post('/sim/forward', { ...state.who, to: [...chosen], link: shared });
  if (note.value.trim()) await post('/sim/forward', { ...state.who, to: [...chosen], text: note.value.trim() });
  toast(t('ask.sent'));
  return true;
}
