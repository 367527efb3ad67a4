// Everything on these pages is rendered by the server; this carries the controls, the search and the live reload.
'use strict';

const token = document.querySelector('meta[name=token]').content;
const id = document.body.dataset.id;
const frames = document.getElementById('frames');
const $ = (name) => document.getElementById(name);

// ---- The look, which stands in the address

const USUAL = { width: 'desktop', dark: '', images: '', tab: 'html', beside: '' };

const look = Object.fromEntries(
  Object.entries(USUAL).map(([key, usual]) => [key, new URLSearchParams(location.search).get(key) ?? usual]),
);

function query(own = {}) {
  const pairs = Object.entries({ ...look, ...own }).filter(([key, value]) => value && value !== USUAL[key]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

const isKind = (kind) => document.body.classList.contains(kind);
const hasLook = isKind('of-preview') || isKind('of-show');

/** An address of a page with a look, with that of this one. */
function carried(href, own) {
  const url = new URL(href, location.href);
  return /^\/(preview|show)\//.test(url.pathname) ? url.pathname + query(own) + url.hash : url.href;
}

function set(key, value) {
  look[key] = value;
  if (hasLook) history.replaceState(null, '', location.pathname + query());
}

// ---- Frames

const frameAddress = (frame) => `${frame.dataset.src}?dark=${look.dark ? 1 : 0}${look.images ? '&images=off' : ''}`;

const renders = new WeakMap();

/** Puts what the server renders now into a frame, in place: nothing flickers, and the reader's place is kept. */
async function render(frame) {
  const mine = (renders.get(frame) ?? 0) + 1;
  renders.set(frame, mine);
  const response = await fetch(frameAddress(frame));
  if (!response.ok) return;
  const html = await response.text();
  // A later one has overtaken it.
  if (renders.get(frame) !== mine) return;
  const view = frame.contentWindow;
  // The frame's own parser, so that the frame's own policy applies to the styles.
  const next = new view.DOMParser().parseFromString(html, 'text/html');
  const at = [view.scrollX, view.scrollY];
  frame.contentDocument.documentElement.replaceWith(frame.contentDocument.adoptNode(next.documentElement));
  tend(frame);
  view.scrollTo(...at);
}

function each(action) {
  return Promise.all([...document.querySelectorAll('iframe')].map(action));
}

/** Links lead out of the frame: to the web, or to another page of ours. */
function tend(frame) {
  for (const link of frame.contentDocument?.querySelectorAll('a[href]') ?? []) {
    if (!link.protocol.startsWith('http') || link.getAttribute('href').startsWith('#')) continue;
    if (link.origin === location.origin && isKind('of-show')) {
      const place = /^\/(site|report)\//.test(link.pathname) ? link.pathname : `/site${link.pathname}`;
      link.href = carried(`/show${place}${link.hash}`);
      link.target = '_top';
    } else {
      link.target = '_blank';
      link.rel = 'noopener';
    }
  }
}
each((frame) => {
  frame.addEventListener('load', () => tend(frame));
  tend(frame);
});

function say(text) {
  $('said').textContent = text;
}

// ---- Controls

for (const button of document.querySelectorAll('[data-width]')) {
  button.addEventListener('click', () => {
    set('width', button.dataset.width);
    frames.className = `frames ${button.dataset.width}`;
    for (const other of document.querySelectorAll('[data-width]')) other.setAttribute('aria-pressed', String(other === button));
  });
}

function toggle(name, key, value) {
  const button = $(name);
  button?.addEventListener('click', () => {
    set(key, look[key] ? '' : value);
    const pressed = button.getAttribute('aria-pressed') !== 'true';
    button.setAttribute('aria-pressed', String(pressed));
    // What a page may load is decided when it is opened.
    if (key === 'images') each((frame) => frame.contentWindow.location.replace(frameAddress(frame)));
    else each(render);
  });
}
toggle('dark', 'dark', '1');
toggle('images', 'images', 'off');

$('live-who')?.addEventListener('change', (event) => {
  if (event.target.id === 'beside') location.assign(location.pathname + query({ beside: event.target.value }));
});

// Links that lead to another preview take the look along.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="/preview/"], a[href^="/show/"]');
  if (!link || !hasLook || link.hasAttribute('download') || link.search.includes('checks=')) return;
  if (link.dataset.tab) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.dataset.tab);
  } else {
    const other = link.closest('#live-panel') ? { tab: 'html' } : {};
    link.href = carried(link.href, other);
  }
});

// ---- Tabs

const tabs = [...document.querySelectorAll('[role=tab]')];

async function open(name) {
  set('tab', name);
  for (const tab of tabs) {
    const current = tab.dataset.tab === name;
    tab.setAttribute('aria-selected', String(current));
    tab.tabIndex = current ? 0 : -1;
  }
  const panel = $('panel');
  if (!panel) return;
  if (name !== 'html') {
    await refreshPage();
    if (look.tab !== name) return;
    panel.setAttribute('aria-labelledby', `tab-${name}`);
    panel.className = `panel ${name}`;
    panel.scrollTop = 0;
  }
  panel.hidden = name === 'html';
  frames.hidden = name !== 'html';
}

document.querySelector('[role=tablist]')?.addEventListener('keydown', (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = tabs[(tabs.indexOf(document.activeElement) + step + tabs.length) % tabs.length];
  next.focus();
  open(next.dataset.tab);
});

// ---- Keys

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest?.('input, select, textarea, [role=tablist], .hits')) return;
  const step = { ArrowLeft: 'before', ArrowRight: 'after' }[event.key];
  if (event.key === '/') {
    event.preventDefault();
    $('search').focus();
  } else if (event.key === 'd') $('dark')?.click();
  else if (event.key === 't' && tabs.length) open(look.tab === 'text' ? 'html' : 'text');
  else if (step) $(step)?.click();
}
document.addEventListener('keydown', key);

// ---- Search

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

// ---- Proof

const proof = $('proof');
proof?.addEventListener('submit', async (event) => {
  event.preventDefault();
  const button = proof.querySelector('button');
  const said = $('proof-said');
  const name = button.textContent;
  button.disabled = true;
  button.textContent = 'On its way…';
  said.textContent = '';
  const headers = { 'x-bevara-token': token };
  try {
    const response = await fetch(proof.action, { method: 'POST', headers, body: new URLSearchParams(new FormData(proof)) });
    said.textContent = (await response.text()).trim();
  } catch {
    said.textContent = 'The server does not answer.';
  }
  button.textContent = name;
  button.disabled = false;
});

// ---- Following each save

/** Renders this page anew and puts in what differs. */
let refreshes = 0;

async function refreshPage() {
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
  for (const block of next.querySelectorAll('[id^=live-]')) {
    const own = $(block.id);
    // Of a message that cannot be rendered, what was good last stays.
    if (block.id === 'live-inbox' && !block.innerHTML) continue;
    if (own && own.innerHTML !== block.innerHTML) own.replaceChildren(...block.childNodes);
  }
  for (const tab of next.querySelectorAll('[role=tab]')) {
    const own = $(tab.id);
    if (own && own.innerHTML !== tab.innerHTML) own.replaceChildren(...tab.childNodes);
  }
  // A message that was not there before, or is gone.
  if (Boolean(next.getElementById('frames')) !== Boolean(frames)) location.reload();
}

const painted = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

async function reload({ ids, change }) {
  const concerned = ids.some((other) => other === id || other === '*' || other === 'programme') || !id;
  $('broken').hidden = true;
  if (!concerned) return;
  // What is looked at comes first.
  const [first, second] = id && look.tab === 'html' ? [() => each(render), refreshPage] : [refreshPage, () => each(render)];
  await first();
  if (change && !document.hidden) {
    await painted();
    const body = new URLSearchParams({ change, page: id || 'the year' });
    fetch('/painted', { method: 'POST', headers: { 'x-bevara-token': token }, body });
  }
  await second();
}

const broken = $('broken');

function title() {
  const count = broken.querySelectorAll('.finding').length;
  $('broken-title').textContent = count === 1 ? '1 error: what you see is the last good state' : `${count} errors: what you see is the last good state`;
}

$('broken-fold').addEventListener('click', () => {
  const closed = broken.classList.toggle('closed');
  broken.classList.toggle('open', !closed);
  $('broken-fold').setAttribute('aria-expanded', String(!closed));
});

function show({ ids, html }) {
  const concerned = ids.length === 0 || !id || ids.includes(id);
  $('broken-list').innerHTML = html;
  broken.classList.toggle('closed', !concerned);
  broken.classList.toggle('open', concerned);
  $('broken-fold').setAttribute('aria-expanded', String(concerned));
  broken.hidden = false;
  title();
  say($('broken-title').textContent);
}

if (!broken.hidden) title();
$('broken-fold').setAttribute('aria-expanded', String(!broken.classList.contains('closed')));

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
