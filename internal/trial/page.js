// The page of trials: starts one, and shows its state once a second.

const element = (id) => document.getElementById(id);
const result = element('result');
const language = document.querySelector('main').dataset.lang;

function show(state) {
  const about = state.kind ? (document.getElementById(`${state.kind}-title`)?.textContent ?? '') : '';
  const id = state.running ? 'running' : (state.result ?? 'none');
  const text = [result.dataset[id], state.result === 'violations' ? state.violations : state.error].filter(Boolean).join(' · ');
  const line = about ? `${about} · ${text}` : text;
  if (result.textContent !== line) result.textContent = line; // a status is read aloud when it changes
  result.className = state.result ?? '';
  element('seconds').textContent = state.kind ? `${state.seconds.toFixed(0)} ${element('seconds').dataset.unit}` : '';
  element('stop').hidden = !state.running;
  element('report').hidden = !state.report;
  for (const button of document.querySelectorAll('form button')) button.disabled = state.running;
  const lines = element('lines');
  const atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 40;
  lines.textContent = state.lines.join('\n');
  if (atEnd) lines.scrollTop = lines.scrollHeight;
}

async function refresh() {
  try {
    show(await (await fetch('trials/state')).json());
  } catch {
    result.textContent = result.dataset.lost;
  }
}

async function send(act, body) {
  const response = await fetch(`trials/${act}?lang=${language}`, { method: 'POST', body });
  if (response.ok) return refresh();
  result.textContent = await response.text();
}

for (const form of document.forms) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send('start', new URLSearchParams(new FormData(form)));
  });
}
element('stop').addEventListener('click', () => send('stop'));

async function poll() {
  await refresh();
  setTimeout(poll, 1000);
}
poll();
