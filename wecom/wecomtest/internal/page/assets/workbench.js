// The workbench: the entries of the applications that the member may use.

import { openAddress } from './api.js';
import { fill, h } from './dom.js';
import { t } from './text.js';

/** A conversation with an application itself, which one can enter and which has a menu. */
export const isApp = (app) => !app.chatId && !app.peerId && !app.robotId && !app.botId;

export function workbenchView(state) {
  const grid = h('div', { class: 'bench-grid' });
  const main = h('main', { class: 'main bench' }, h('h1', {}, t('work.title')), h('section', { 'aria-label': t('work.apps') }, h('h2', {}, t('work.apps')), grid));
  return {
    list: null,
    main,
    update() {
      const apps = state.apps.filter(isApp);
      fill(grid, apps.length ? apps.map((a) => tile(state, a)) : h('p', { class: 'none' }, t('work.none')));
    },
  };
}

function tile(state, app) {
  const inner = [h('img', { class: 'avatar', src: app.logo, alt: '' }),
    h('span', { class: 'tile-text' }, h('span', { class: 'tile-name' }, app.name), h('span', { class: 'tile-about' }, app.description))];
  const label = t('work.open', { name: app.name });
  return app.home
    ? h('a', { class: 'tile', href: openAddress(state.who, '', app.agentId), target: '_blank', rel: 'noopener', title: t('work.newtab'), 'aria-label': label }, inner)
    : h('a', { class: 'tile', href: `#/chats/${app.agentId}`, 'aria-label': label }, inner);
}
