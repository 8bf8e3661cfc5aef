// The member's calendar: what applications entered, day by day, with answers.

import { gather, get, openAddress, post } from './api.js';
import { h, settle, toast } from './dom.js';
import { language, t } from './text.js';
import { richText } from './markup.js';

const answers = [[2, 'plan.accept'], [1, 'plan.tentative'], [4, 'plan.decline']];
const day = (seconds) => new Date(seconds * 1000).toLocaleDateString(language, { year: 'numeric', month: 'long', day: 'numeric', weekday: 'long' });
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit', hour12: false });

/** A schedule and the next times it repeats. */
const occurrences = (item) => [item, ...(item.status === 1 ? [] : item.next).map((at) => ({ ...item, again: true, start_time: at, end_time: at + item.end_time - item.start_time }))];

const weekday = (n) => new Date(Date.UTC(2024, 0, n)).toLocaleDateString(language, { weekday: 'short', timeZone: 'UTC' }); // 1 January 2024 was a Monday

/** How a schedule repeats, in words. */
function rule(r) {
  const n = r.is_custom_repeat === 1 ? r.repeat_interval || 1 : 1;
  const days = r.is_custom_repeat === 1 ? [...(r.repeat_day_of_week ?? []).map(weekday), ...(r.repeat_day_of_month ?? []).map((d) => t('plan.monthday', { n: d }))] : [];
  return [t(`plan.every${r.repeat_type ?? 0}`, { n }), days.join('、'),
    r.repeat_until > 0 && t('plan.until', { day: new Date(r.repeat_until * 1000).toLocaleDateString(language) })].filter(Boolean).join(' · ');
}

export function scheduleView(state) {
  const list = h('div', { class: 'plan-list' });
  const known = new Map();
  const load = gather(async () => {
    try {
      draw(await get('/sim/schedules', state.who));
    } catch (error) {
      toast(t('error.load', { why: error.message }));
    }
  });

  function reuse(key, make) {
    if (!known.has(key)) known.set(key, make());
    return known.get(key);
  }

  function draw(items) {
    const wanted = [];
    let last = '';
    for (const item of items.flatMap(occurrences).sort((a, b) => a.start_time - b.start_time)) {
      const on = day(item.start_time);
      if (on !== last) {
        const today = on === day(Date.parse(state.time) / 1000);
        wanted.push(reuse(`${on} ${today}`, () => h('h2', { class: today ? 'plan-today' : null }, today ? `${t('plan.today')} · ${on}` : on)));
      }
      last = on;
      wanted.push(reuse(JSON.stringify(item), () => entry(item)));
    }
    if (!items.length) wanted.push(reuse('none', () => h('p', { class: 'none' }, t('plan.none'))));
    settle(list, wanted);
  }

  function entry(item) {
    const off = item.status === 1;
    const when = item.is_whole_day === 1 ? t('plan.day') : `${clock(item.start_time)} – ${clock(item.end_time)}`;
    const answer = async (response) => {
      try {
        await post('/sim/respond', { ...state.who, scheduleId: item.schedule_id, response });
      } catch (error) {
        toast(t('chat.failed', { why: error.message }));
      }
    };
    return h('article', { class: off ? 'plan off' : 'plan', 'aria-label': item.summary },
      h('div', { class: 'plan-time' }, when, item.reminders?.is_repeat === 1 && h('span', { class: 'dim' }, item.again ? t('plan.repeats') : rule(item.reminders))),
      h('div', { class: 'plan-body' },
        h('h3', {}, h('span', {}, item.summary), off && h('span', { class: 'tag' }, t('plan.cancelled'))),
        item.location && h('p', { class: 'plan-place' }, richText(item.location, (url) => openAddress(state.who, url))),
        item.description && h('p', { class: 'plan-text' }, richText(item.description, (url) => openAddress(state.who, url))),
        h('ul', { class: 'plan-people', 'aria-label': t('plan.people') }, item.people.map((p, i) => h('li', { class: `answer-${item.attendees[i]?.response_status ?? 0}` },
          h('img', { class: 'avatar', src: p.avatar, alt: '' }), p.name)))),
      !off && !item.again && h('div', { class: 'plan-answers', role: 'group', 'aria-label': `${t('plan.answer')}: ${item.summary}` }, answers.map(([value, id]) => h('button', {
        type: 'button', class: 'chip', 'aria-pressed': item.mine === value ? 'true' : 'false', on: { click: () => answer(value) },
      }, t(id)))));
  }

  load();
  return { list: null, main: h('main', { class: 'main bench' }, h('h1', {}, t('nav.schedule')), list), update: load };
}
