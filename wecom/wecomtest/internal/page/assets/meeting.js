// The page to which a meeting's link leads.

import { get, post } from './api.js';
import { fill, h, icon, toast } from './dom.js';
import { spaced, span, tag } from './meetings.js';
import { t } from './text.js';

const root = document.getElementById('meeting');
const code = decodeURIComponent(location.pathname.split('/').pop());

async function show() {
  let m;
  try {
    m = await get('/sim/meeting', { code });
  } catch (error) {
    document.title = t('meet.gone');
    return fill(root, h('main', { class: 'problem' }, h('h1', {}, error.status === 404 ? t('meet.gone') : error.message)));
  }
  document.title = m.title;
  const act = (action) => h('button', { type: 'button', class: action === 'join' ? 'solid' : 'ghost', on: { click: async () => {
    try {
      await post('/sim/meeting', { code, action });
    } catch (error) {
      toast(t('chat.failed', { why: error.message }));
    }
    show();
  } } }, t(`meet.${action}`));
  return fill(root, h('main', { class: 'meet meet-page' },
    h('div', { class: 'meet-mark big' }, icon('video')),
    h('h1', { class: m.status === 4 ? 'meet-cancelled' : null }, m.title), h('p', {}, tag(m)),
    h('p', {}, span(m)), h('p', { class: 'meet-code' }, spaced(m.code)), h('p', {}, `${t('meet.admin')} ${m.admin.name}`),
    m.inside && h('p', { class: 'meet-inside', role: 'status' }, t('meet.inside')),
    !m.me && h('p', { class: 'dim' }, t('meet.guest')), m.me && !m.invited && h('p', { class: 'dim' }, t('meet.uninvited', { name: m.me })),
    h('div', { class: 'meet-acts' }, m.invited && m.status < 3 && !m.inside && act('join'), m.inside && act('leave'))));
}

show();
