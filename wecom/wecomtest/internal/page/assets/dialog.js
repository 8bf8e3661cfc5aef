// Modal dialogs. The browser's own element keeps the focus inside and closes on Escape.

import { h } from './dom.js';
import { t } from './text.js';

/**
 * Shows a dialog and resolves with what done(value) was given, or with
 * undefined when the person closed it. body(done) returns its elements;
 * buttons: list of [label, value, function, or the form that the button submits].
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
        buttons.map(([label, value]) => (value instanceof HTMLFormElement
          ? h('button', { type: 'button', class: 'solid', on: { click: () => value.requestSubmit() } }, label)
          : h('button', { type: 'button', class: 'solid', on: { click: () => done(typeof value === 'function' ? value() : value) } }, label)))));
    box.addEventListener('close', () => {
      box.remove();
      resolve(answer);
    });
    document.body.append(box);
    box.showModal();
  });
}

/**
 * Asks for the fields of a form and resolves with their values by name: texts, and for files the list
 * of chosen files. fields: list of {name, label} with further attributes of the input.
 */
export function askForm(title, hint, fields) {
  const inputs = fields.map(({ label, ...attributes }) => h('input', { type: 'text', class: 'ask-input', ...attributes }));
  const form = h('form', { class: 'ask-form' }, fields.map(({ label }, i) => h('label', {}, h('span', {}, label), inputs[i])));
  const values = () => Object.fromEntries(inputs.map((input) => [input.name, input.type === 'file' ? [...input.files] : input.value.trim()]));
  return dialog(title, (done) => {
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      done(values());
    });
    return [hint && h('p', {}, hint), form];
  }, [[t('ask.ok'), form]]);
}
