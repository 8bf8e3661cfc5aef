// The written test's page, and that of a bulk link, which asks for a name first.

import { addTexts, card, clockText, fill, get, gone, h, post, stateTag, t, toast } from './kit.js';

addTexts({
  'w.duration': ['时长', 'Time', '制限時間'],
  'w.minutes': ['{n} 分钟', '{n} minutes', '{n} 分'],
  'w.unlimited': ['不限时', 'unlimited', '無制限'],
  'w.total': ['总分', 'Points', '配点'],
  'w.questions': ['题数', 'Questions', '問題数'],
  'w.hello': ['{name}，您好。准备好后请开始作答。', 'Hello {name}. Begin when you are ready.', '{name} さん、準備ができたら開始してください。'],
  'w.start': ['开始作答', 'Begin', '開始'],
  'w.finish': ['交卷', 'Hand in', '提出'],
  'w.sure': ['交卷后不能再修改，确定吗？', 'Answers cannot be changed afterwards. Hand in?', '提出後は変更できません。よろしいですか？'],
  'w.worth': ['{n} 分', '{n} points', '{n} 点'],
  'w.answer': ['您的回答', 'Your answer', '解答'],
  'w.done': ['已交卷，感谢您的参与。', 'Handed in. Thank you.', '提出しました。ありがとうございました。'],
  'w.score': ['得分 {n} / {total}', '{n} of {total} points', '{n} / {total} 点'],
  'w.name': ['您的姓名', 'Your name', 'お名前'],
  'w.enter': ['进入笔试', 'Enter', '入室'],
});

const app = document.getElementById('app');
const [, kind, id] = location.pathname.split('/');
let page = null;
let started = 0; // when the test began, by this computer's clock
let tick = 0;

async function act(path, body) {
  try {
    page = await post(path, body);
    draw();
  } catch (error) {
    toast(t('error.act', { why: error.message }));
  }
}

const facts = (pairs) => h('dl', { class: 'facts' }, pairs.map(([name, value]) => h('div', {}, h('dt', {}, t(name)), h('dd', {}, value))));
const length = (minutes) => (minutes ? t('w.minutes', { n: minutes }) : t('w.unlimited'));

function introduction() {
  fill(app, card(h('h1', {}, page.exam), h('p', {}, t('w.hello', { name: page.candidate })),
    facts([['w.duration', length(page.duration)], ['w.total', String(page.total)]]),
    h('div', { class: 'acts' }, h('button', { type: 'button', class: 'btn primary', on: { click: () => act(`/sim/written/${id}/start`) } }, t('w.start')))));
}

function field(q) {
  if (q.options) {
    return q.options.map((text) => h('label', { class: 'option' }, h('input', { type: 'radio', name: `q${q.id}`, value: text, checked: q.answer === text }), h('span', {}, text)));
  }
  return h('textarea', { class: `input ${q.type === 'programming' ? 'code' : ''}`, name: `q${q.id}`, spellcheck: 'false', 'aria-label': t('w.answer'), value: q.answer || q.code || '' });
}

function sheet() {
  const form = h('form', { class: 'sheet', on: { submit: (e) => e.preventDefault() } }, page.questions.map((q, n) => h('fieldset', { class: 'question' },
    h('legend', {}, `${n + 1}. ${q.description}`, h('span', { class: 'worth' }, t('w.worth', { n: q.score }))), h('div', {}, field(q)))));
  const answers = () => {
    const data = new FormData(form);
    return Object.fromEntries(page.questions.map((q) => [q.id, data.get(`q${q.id}`) ?? '']).filter(([key, text]) => text !== (page.questions.find((q) => q.id === key).code ?? '')));
  };
  let typing = 0;
  form.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => post(`/sim/written/${id}/answers`, { answers: answers() }).catch((error) => toast(t('error.act', { why: error.message }))), 400);
  });
  const time = h('span', { class: 'time', role: 'timer' });
  const left = () => {
    const passed = (Date.now() - started) / 1000;
    time.textContent = clockText(page.duration ? page.duration * 60 - passed : passed);
  };
  clearInterval(tick);
  tick = setInterval(left, 1000);
  left();
  fill(app, h('header', { class: 'sheet-head' }, h('img', { src: '/sim/assets/icon.svg', alt: 'ShowMeBug' }), h('h1', {}, page.exam), h('span', { class: 'sim' }, t('sim')), stateTag(page.status), time,
    h('button', { type: 'button', class: 'btn primary', on: { click: () => {
      if (!confirm(t('w.sure'))) return;
      clearTimeout(typing);
      act(`/sim/written/${id}/finish`, { answers: answers() });
    } } }, t('w.finish'))), h('main', {}, form));
}

function done() {
  clearInterval(tick);
  fill(app, card(h('h1', {}, page.exam), h('p', {}, t('w.done')), h('p', { class: 'score' }, t('w.score', { n: page.score, total: page.total }))));
}

function draw() {
  document.title = `${page.exam} · ShowMeBug`;
  if (page.startedAt) started = Date.now() - (Date.parse(page.time) - Date.parse(page.startedAt));
  ({ written_pad_opened: introduction, written_pad_started: sheet, written_pad_ended: done })[page.status]();
}

function askName(exam) {
  const name = h('input', { class: 'input', id: 'name', required: true, autocomplete: 'name' });
  const enter = async (e) => {
    e.preventDefault();
    try {
      location.assign((await post(`/sim/exam_links/${id}`, { name: name.value.trim() })).url);
    } catch (error) {
      toast(t('error.act', { why: error.message }));
    }
  };
  document.title = `${exam.exam} · ShowMeBug`;
  fill(app, card(h('h1', {}, exam.exam), facts([['w.duration', length(exam.duration)], ['w.questions', String(exam.questions)], ['w.total', String(exam.total)]]),
    h('form', { on: { submit: enter } }, h('label', { class: 'field', for: 'name' }, t('w.name'), name), h('div', { class: 'acts' }, h('button', { class: 'btn primary' }, t('w.enter'))))));
}

async function load() {
  try {
    if (kind === 'exam_links') return askName(await get(`/sim/exam_links/${id}`));
    page = await get(`/sim/written/${id}`);
    return draw();
  } catch (error) {
    return fill(app, error.status === 404 ? gone() : card(h('p', {}, t('error.load', { why: error.message }))));
  }
}

load();
