// Proofs, approvals, and the way from what is said of a text to its source.

import { refreshPage } from './follow.js';
import { openSource } from './frames.js';
import { $, post, say } from './look.js';

/** Posts a form by one of its buttons, which says meanwhile that it is on its way; what the server says. */
async function submit(form, button, fields) {
  const buttons = [...form.querySelectorAll('button')];
  const name = button.textContent;
  for (const other of buttons) other.disabled = true;
  button.textContent = 'On its way…';
  const response = await post(form.action, fields).catch(() => null);
  const said = response ? (await response.text()).trim() : 'The server does not answer.';
  button.textContent = name;
  for (const other of buttons) other.disabled = false;
  return [Boolean(response?.ok), said];
}

document.addEventListener('submit', async (event) => {
  const { target: form, submitter: button } = event;
  if (form.id !== 'proof' && form.id !== 'approve') return;
  event.preventDefault();
  if (form.id === 'proof') {
    $('proof-said').textContent = '';
    [, $('proof-said').textContent] = await submit(form, button, new FormData(form, button));
    return;
  }
  const [isDone, said] = await submit(form, button, { yes: button.value, variant: button.dataset.variant ?? '' });
  say(said, true);
  if (!isDone) $('approve-said').textContent = said;
  await refreshPage();
});

document.addEventListener('click', (event) => {
  const source = event.target.closest('button[data-source]');
  if (source) openSource(source.dataset.source);
});

/** What changed since somebody approved it takes a look at an old commit, so it comes afterwards. */
async function tellChanges() {
  const list = $('changed-words');
  if (!list) return;
  const response = await fetch(list.dataset.src).catch(() => null);
  if (response?.ok) list.innerHTML = await response.text();
}
document.addEventListener('refreshed', tellChanges);
tellChanges();
