// The interview's page. Interviewers and candidates have the same address but
// for the token in it; the server says who is looking.

import { addTexts, clockText, fill, get, gone, h, post, stars, stateTag, t, toast, watch } from './kit.js';

addTexts({
  'pad.candidate': ['候选人', 'Candidate', '候補者'],
  'pad.noname': ['未命名候选人', 'Unnamed candidate', '名前のない候補者'],
  'pad.title': ['{name} 的面试', 'Interview with {name}', '{name} さんの面接'],
  'pad.interviewer': ['面试官', 'Interviewer', '面接官'],
  'pad.youInterviewer': ['您是面试官 {name}', 'You are the interviewer {name}', '面接官：{name}'],
  'pad.youShared': ['您是面试官', 'You are an interviewer', '面接官として参加中'],
  'pad.youCandidate': ['您是候选人', 'You are the candidate', '候補者として参加中'],
  'pad.candidateOn': ['候选人在线', 'Candidate is here', '候補者：オンライン'],
  'pad.candidateOff': ['候选人未进入', 'Candidate is not here', '候補者：未入室'],
  'pad.interviewerOn': ['面试官在线', 'Interviewer is here', '面接官：オンライン'],
  'pad.interviewerOff': ['面试官未进入', 'Interviewer is not here', '面接官：未入室'],
  'pad.start': ['开始面试', 'Start', '面接を開始'],
  'pad.end': ['结束面试', 'End', '面接を終了'],
  'pad.board': ['面试板', 'Board', 'ボード'],
  'pad.wait': ['面试官还没有开始面试，请稍候。', 'The interviewer has not started yet. Please wait.', '面接官がまだ開始していません。お待ちください。'],
  'pad.notYet': ['面试还没有开始。候选人进入后，点击“开始面试”。', 'Not started yet. Press Start once the candidate is here.', 'まだ開始していません。候補者が入室したら「面接を開始」を押してください。'],
  'pad.over': ['面试已结束。', 'The interview has ended.', '面接は終了しました。'],
  'pad.thanks': ['面试已结束，感谢您的参与。', 'The interview has ended. Thank you.', '面接は終了しました。ありがとうございました。'],
  'pad.back': ['返回', 'Go back', '戻る'],
  'tab.resume': ['简历', 'Résumé', '履歴書'],
  'tab.evaluation': ['评价表', 'Evaluation', '評価表'],
  'tab.rate': ['打分', 'Rating', '採点'],
  'tab.written': ['笔试', 'Written test', '筆記テスト'],
  'tab.none': ['没有提供简历', 'No résumé was given', '履歴書はありません'],
  'rate.comment': ['评语', 'Comment', 'コメント'],
  'rate.save': ['保存', 'Save', '保存'],
  'rate.saved': ['已保存', 'Saved', '保存しました'],
  'rate.none': ['请先选择评分', 'Choose a rating first', '先に評価を選んでください'],
  'end.title': ['结束面试？', 'End the interview?', '面接を終了しますか？'],
  'end.text': ['结束后不能再编辑面试板。您可以现在打分，也可以稍后再打。', 'The board can no longer be edited. You may rate now or later.', '終了後はボードを編集できません。採点は今でも後でも可能です。'],
  'end.cancel': ['取消', 'Cancel', 'キャンセル'],
  'pad.people': ['面试官', 'Interviewers', '面接官'],
  'pad.online': ['在线', 'here', 'オンライン'],
});

const app = document.getElementById('app');
const uid = location.pathname.split('/').pop();
const token = new URLSearchParams(location.search).get('t') ?? '';
const address = (action = '') => `/sim/pads/${uid}${action}?t=${encodeURIComponent(token)}`;
let page = null;

async function act(action, body) {
  try {
    page = await post(address(action), body);
    draw();
    return true;
  } catch (error) {
    toast(t('error.act', { why: error.message }));
    return false;
  }
}

const parts = {};

function board() {
  let typing = 0;
  let sent = '';
  const area = h('textarea', { id: 'board', spellcheck: 'false', autocapitalize: 'off', on: {
    input: () => {
      clearTimeout(typing);
      typing = setTimeout(async () => {
        typing = 0;
        sent = area.value;
        await act('/board', { text: sent });
      }, 250);
    },
  } });
  return {
    element: h('section', { class: 'board' }, h('label', { for: 'board' }, t('pad.board')), area),
    draw() {
      area.readOnly = page.status !== 'interview_started';
      if (typing || page.board === area.value || page.board === sent && document.activeElement === area) return;
      const { selectionStart, selectionEnd } = area;
      area.value = page.board;
      sent = page.board;
      area.setSelectionRange(selectionStart, selectionEnd);
    },
  };
}

function ratePane() {
  const marks = stars(page.rate ?? 0);
  const comment = h('textarea', { class: 'input', rows: 4, 'aria-label': t('rate.comment'), placeholder: t('rate.comment'), value: page.comment ?? '' });
  const save = async (e) => {
    e.preventDefault();
    if (!marks.value()) toast(t('rate.none'));
    else if (await act('/rate', { rate: marks.value(), comment: comment.value })) toast(t('rate.saved'));
  };
  const list = h('ul', {});
  parts.people = list;
  return h('div', {}, h('form', { class: 'rate-form', on: { submit: save } }, marks.element, comment, h('div', { class: 'acts' }, h('button', { class: 'btn primary' }, t('rate.save')))),
    h('div', { class: 'people', hidden: !page.interviewers }, h('h2', {}, t('pad.people')), list));
}

function panel() {
  const frame = (id, src) => h('iframe', { src, title: t(`tab.${id}`) });
  const panes = {};
  panes.resume = page.resume ? frame('resume', page.resume) : h('p', { class: 'none' }, t('tab.none'));
  if (page.evaluation) panes.evaluation = frame('evaluation', page.evaluation);
  panes.rate = ratePane();
  if (page.writtenPad) panes.written = h('p', { class: 'none' }, h('a', { href: page.writtenPad, target: '_blank', rel: 'noopener' }, t('tab.written')));
  const tabs = Object.keys(panes).map((id) => h('button', { type: 'button', role: 'tab', id: `tab-${id}`, on: { click: () => show(id) } }, t(`tab.${id}`)));
  const boxes = Object.entries(panes).map(([id, inner]) => h('div', { class: 'pane', role: 'tabpanel', 'aria-labelledby': `tab-${id}` }, inner));
  const show = (id) => {
    const at = Object.keys(panes).indexOf(id);
    tabs.forEach((tab, n) => tab.setAttribute('aria-selected', String(n === at)));
    boxes.forEach((box, n) => { box.hidden = n !== at; });
  };
  show(page.resume || !page.evaluation ? 'resume' : 'evaluation');
  return h('aside', { class: 'panel' }, h('div', { class: 'tabs', role: 'tablist' }, tabs), boxes);
}

function askEnd() {
  const marks = stars(page.rate ?? 0);
  const comment = h('textarea', { class: 'input', rows: 3, 'aria-label': t('rate.comment'), placeholder: t('rate.comment'), value: page.comment ?? '' });
  const box = h('dialog', { 'aria-labelledby': 'end-title' }, h('form', { method: 'dialog' },
    h('div', {}, h('h2', { id: 'end-title' }, t('end.title')), h('p', { class: 'dim' }, t('end.text'))), marks.element, comment,
    h('div', { class: 'acts' }, h('button', { class: 'btn', value: 'no', formnovalidate: true }, t('end.cancel')), h('button', { class: 'btn danger', value: 'yes' }, t('pad.end')))));
  box.addEventListener('close', async () => {
    box.remove();
    if (box.returnValue === 'yes' && await act('/end', { rate: marks.value(), comment: comment.value }) && page.redirect) location.assign(page.redirect);
  });
  document.body.append(box);
  box.showModal();
}

/** Builds the page once; draw keeps it up to date. */
function build() {
  const lead = page.role === 'interviewer';
  parts.board = board();
  parts.title = h('h1', {});
  parts.state = h('span', {});
  parts.time = h('span', { class: 'time' });
  parts.presence = h('span', { class: 'presence' });
  parts.banner = h('div', { class: 'banner', role: 'status' });
  parts.start = h('button', { type: 'button', class: 'btn primary', on: { click: () => act('/start') } }, t('pad.start'));
  parts.end = h('button', { type: 'button', class: 'btn danger', on: { click: askEnd } }, t('pad.end'));
  const you = lead ? (page.name ? t('pad.youInterviewer', { name: page.name }) : t('pad.youShared')) : t('pad.youCandidate');
  fill(app, h('header', { class: 'bar' }, h('img', { src: '/sim/assets/icon.svg', alt: 'ShowMeBug' }),
    h('div', { class: 'who' }, parts.title, h('div', { class: 'line' }, h('span', { class: 'sim' }, t('sim')), h('span', { class: 'mono' }, page.uid), h('span', {}, you))),
    parts.state, parts.time, parts.presence, lead && parts.start, lead && parts.end), parts.banner,
  h('main', { class: 'room' }, parts.board.element, lead && panel()));
}

function banner() {
  const lead = page.role === 'interviewer';
  const over = page.status === 'interview_ended';
  parts.banner.hidden = page.status === 'interview_started';
  parts.banner.classList.toggle('over', over);
  if (!over) fill(parts.banner, t(lead ? 'pad.notYet' : 'pad.wait'));
  else fill(parts.banner, t(lead ? 'pad.over' : 'pad.thanks'), lead && page.redirect && h('a', { href: page.redirect }, t('pad.back')));
}

let drawn = '';

function draw() {
  const lead = page.role === 'interviewer';
  if (!parts.board) build();
  parts.board.draw();
  const end = page.endedAt ?? page.time;
  parts.time.textContent = page.startedAt ? clockText((Date.parse(end) - Date.parse(page.startedAt)) / 1000) : '';
  const here = lead ? page.online.includes('candidate') : page.online.some((who) => who !== 'candidate');
  parts.presence.classList.toggle('on', here);
  parts.presence.textContent = t(`pad.${lead ? 'candidate' : 'interviewer'}${here ? 'On' : 'Off'}`);
  const now = JSON.stringify([page.status, page.candidate, page.redirect, page.online, page.interviewers]);
  if (now === drawn) return; // so that what has the focus keeps it
  drawn = now;
  parts.title.textContent = t('pad.title', { name: page.candidate || t('pad.noname') });
  document.title = `${parts.title.textContent} · ShowMeBug`;
  fill(parts.state, stateTag(page.status));
  parts.start.hidden = page.status !== 'interview_opened';
  parts.end.hidden = page.status !== 'interview_started';
  banner();
  if (parts.people) {
    fill(parts.people, (page.interviewers ?? []).map((p) => h('li', {}, p.name, ' ', page.online.includes(p.uid) && h('span', { class: 'tag ended' }, t('pad.online')))));
  }
}

let lost = false;

watch(async () => {
  if (lost) return;
  try {
    page = await get(address());
    draw();
  } catch (error) {
    lost = error.status === 404;
    if (lost) fill(app, gone());
    else if (!page) fill(app, h('p', { class: 'banner' }, t('error.load', { why: error.message })));
  }
});
