// What a reply of a smart bot has besides its text: reasoning, progress, pictures, feedback.

import './bots-text.js';
import { h, toast } from './dom.js';
import { markdownV2 } from './markup2.js';
import { t } from './text.js';

const reasoning = /<think>([\s\S]*?)(?:<\/think>|$)/g;

/** The text of a stream. The parts in <think> are shown apart. */
export function streamText(text, open) {
  const thoughts = [...text.matchAll(reasoning)].map(([, thought]) => thought.trim()).filter(Boolean);
  return [
    thoughts.length > 0 && h('details', { class: 'bot-reasoning' }, h('summary', {}, t('bot.reasoning')), markdownV2(thoughts.join('\n'), open)),
    markdownV2(text.replace(reasoning, '').trim(), open),
  ];
}

/** What follows a message: pictures, the state of a stream, and buttons for feedback. send(type) sends it. */
export function botExtras(message, send) {
  const { stream, images, feedback } = message;
  return [
    images?.map((src) => h('a', { class: 'picture', href: src, target: '_blank', rel: 'noopener' }, h('img', { src, alt: t('msg.image') }))),
    stream && !stream.finished && h('div', { class: 'bot-state', role: 'status' }, t(stream.expired ? 'bot.expired' : 'bot.writing')),
    stream?.finished && stream.refreshes > 0 && h('div', { class: 'bot-state' }, t('bot.refreshes', { n: stream.refreshes })),
    feedback && h('div', { class: 'bot-feedback' }, [1, 2].map((type) => h('button', { type: 'button', class: 'ghost', on: { click: () => send(type)
      .then(() => toast(t('bot.thanks'))).catch((error) => toast(t('chat.failed', { why: error.message }))) } }, t(`bot.feedback${type}`)))),
  ];
}
