// Finds people while one types.

import { $, carried, say } from './look.js';

const search = $('search');
const hits = $('hits');
let asked = 0;

async function find() {
  const number = (asked += 1);
  const text = search.value.trim();
  if (!text) {
    hits.hidden = true;
    return false;
  }
  const mailing = search.form.dataset.mailing;
  const wanted = new URLSearchParams(mailing ? { q: text, mailing } : { q: text });
  const response = await fetch(`/search?${wanted}`);
  if (!response.ok) return false;
  const found = await response.text();
  if (number !== asked) return false;
  hits.innerHTML = found;
  hits.hidden = false;
  const count = hits.querySelectorAll('a').length;
  say(count ? `${count} found` : 'Nobody found');
  return true;
}

let typed;
search.addEventListener('input', () => {
  clearTimeout(typed);
  typed = setTimeout(find, 60);
});
search.form.addEventListener('submit', async (event) => {
  event.preventDefault();
  clearTimeout(typed);
  await find();
  const first = hits.querySelector('a');
  if (first) location.assign(carried(first.href));
});
search.form.addEventListener('keydown', (event) => {
  const links = [...hits.querySelectorAll('a')];
  const at = links.indexOf(document.activeElement);
  if (event.key === 'Escape') {
    hits.hidden = true;
    search.blur();
  } else if (event.key === 'ArrowDown' && links.length) {
    event.preventDefault();
    links[Math.min(at + 1, links.length - 1)].focus();
  } else if (event.key === 'ArrowUp' && at >= 0) {
    event.preventDefault();
    (links[at - 1] ?? search).focus();
  }
});
document.addEventListener('click', (event) => {
  if (!event.target.closest('.search')) hits.hidden = true;
});
