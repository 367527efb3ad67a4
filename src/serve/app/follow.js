// Follows each save: renders anew what is shown, and says what is broken.

import { each, render } from './frames.js';
import { $, hasLook, id, isKind, look, post, query, say, token } from './look.js';

/** What the server gave for each block of this page, so that what was put in since does not count as a difference. */
const served = new Map([...document.querySelectorAll('[id^=live-]')].map((block) => [block.id, block.innerHTML]));
let refreshes = 0;

/** Renders this page anew and puts in what differs. */
export async function refreshPage() {
  const mine = ++refreshes;
  const response = await fetch(location.pathname + (hasLook ? query() : location.search));
  const next = new DOMParser().parseFromString(await response.text(), 'text/html');
  // An answer that a later question has overtaken shows what nobody asks for any more.
  if (mine !== refreshes) return;
  // Another server has taken the place of the one this page came from.
  if (next.querySelector('meta[name=token]')?.content !== token) {
    location.reload();
    return;
  }
  const blocks = [...next.querySelectorAll('[id^=live-]')];
  if (isKind('of-gallery') && blocks.map((block) => block.id).join() !== [...served.keys()].join()) {
    // Mailings have come or gone.
    document.querySelector('main').replaceWith(next.querySelector('main'));
    served.clear();
    for (const block of blocks) served.set(block.id, block.innerHTML);
    return;
  }
  for (const block of blocks) {
    const own = $(block.id);
    // Of a message that cannot be rendered, what was good last stays.
    if (block.id === 'live-inbox' && !block.innerHTML) continue;
    if (!own || served.get(block.id) === block.innerHTML) continue;
    served.set(block.id, block.innerHTML);
    own.replaceChildren(...block.childNodes);
  }
  for (const tab of next.querySelectorAll('[role=tab]')) {
    const own = $(tab.id);
    if (own && own.innerHTML !== tab.innerHTML) own.replaceChildren(...tab.childNodes);
  }
  document.title = next.title;
  document.dispatchEvent(new Event('refreshed'));
  // A message that was not there before, or is gone.
  if (Boolean(next.getElementById('frames')) !== Boolean($('frames'))) location.reload();
}

const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
const isMeant = (ids, own) => !own || ids.some((other) => other === own || other === '*' || other === 'programme');

/** The small pictures of the year that were shown already; the others are asked for when they are scrolled to. */
const thumbs = new WeakSet();
document.addEventListener('load', (event) => event.target.closest?.('.thumb') && thumbs.add(event.target), true);

function redraw(ids) {
  for (const thumb of document.querySelectorAll('.thumb iframe')) {
    if (thumbs.has(thumb) && isMeant(ids, thumb.dataset.id)) thumb.contentWindow.location.replace(thumb.src);
  }
}

async function reload({ ids, change }) {
  $('broken').hidden = true;
  if (!isMeant(ids, id)) return;
  const anew = () => each((frame) => render(frame, true));
  // What is looked at comes first.
  const [first, second] = id && look.tab === 'html' ? [anew, refreshPage] : [refreshPage, anew];
  await first();
  redraw(ids);
  if (change && !document.hidden) {
    await painted();
    post('/painted', { change, page: id || 'the year' });
  }
  await second();
}

const broken = $('broken');

function title() {
  const count = broken.querySelectorAll('.finding').length;
  $('broken-title').textContent = count === 1 ? '1 error: what you see is the last good state' : `${count} errors: what you see is the last good state`;
}

function fold(closed) {
  broken.classList.toggle('closed', closed);
  broken.classList.toggle('open', !closed);
  $('broken-fold').setAttribute('aria-expanded', String(!closed));
}

$('broken-fold').addEventListener('click', () => fold(!broken.classList.contains('closed')));

function show({ ids, html }) {
  $('broken-list').innerHTML = html;
  fold(!(ids.length === 0 || !id || ids.includes(id)));
  broken.hidden = false;
  title();
  say($('broken-title').textContent);
}

if (!broken.hidden) title();
fold(broken.classList.contains('closed'));

const events = new EventSource('/events');
let lost = false;
events.addEventListener('reload', (event) => reload(JSON.parse(event.data)));
events.addEventListener('broken', (event) => show(JSON.parse(event.data)));
events.addEventListener('figures', () => refreshPage());
events.addEventListener('error', () => {
  lost = true;
});
events.addEventListener('open', () => {
  if (lost) reload({ ids: ['*'] });
  lost = false;
});
