// Modal dialogs. The browser's own element keeps the focus inside and closes on Escape.

import { h } from './dom.js';
import { t } from './text.js';

/**
 * Shows a dialog and resolves with what done(value) was given, or with
 * undefined when the person closed it. body(done) returns its elements;
 * buttons: list of [label, value or function, 'solid' or 'ghost'].
 */
export function dialog(title, body, buttons = []) {
  return new Promise((resolve) => {
    let answer;
    const box = h('dialog', { class: 'ask', 'aria-labelledby': 'ask-title' });
    const done = (value) => {
      answer = value;
      box.close();
    };
    box.append(h('h2', { id: 'ask-title' }, title), h('div', { class: 'ask-body' }, body(done)),
      h('div', { class: 'ask-foot' },
        h('button', { type: 'button', class: 'ghost', on: { click: () => done(undefined) } }, t('ask.cancel')),
        buttons.map(([label, value]) => h('button', { type: 'button', class: 'solid', on: { click: () => done(typeof value === 'function' ? value() : value) } }, label))));
    box.addEventListener('close', () => {
      box.remove();
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
  });
}
