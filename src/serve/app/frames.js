// What stands in a frame: rendered anew in place, fitted to its room, and leading to where it was written.

import { carried, editor, isKind, look, post, say } from './look.js';

/** Narrower than this no desk shows a message: two of them side by side are shown smaller instead. */
const DESK = 660;
const MARKED = 'bevara-changed';
const STYLE = `
[data-source] { cursor: pointer; }
[data-source]:hover { outline: 1px dashed #a6480f; outline-offset: 3px; }
[data-source]:focus-visible { outline: 2px solid #a6480f; outline-offset: 3px; }
.${MARKED} { animation: ${MARKED} 2.4s ease-out; }
@keyframes ${MARKED} { from, 40% { outline: 3px solid #f0a873; outline-offset: 4px; } to { outline: 3px solid transparent; outline-offset: 4px; } }
@media (prefers-reduced-motion: reduce) { .${MARKED} { animation: none; outline: 3px solid #f0a873; outline-offset: 4px; } }
`;

const frames = () => [...document.querySelectorAll('#frames iframe')];

export function each(action) {
  return Promise.all(frames().map(action));
}

export function frameAddress(frame) {
  const forced = look.forced ? '&forced=1' : '';
  return `${frame.dataset.src}?dark=${look.dark ? 1 : 0}${forced}${look.images ? '&images=off' : ''}`;
}

const renders = new WeakMap();

/** Puts what the server renders now into a frame, in place: nothing flickers, and the reader's place is kept. */
export async function render(frame, wasSaved = false) {
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
  const before = blocks(frame).map(words);
  frame.contentDocument.documentElement.replaceWith(frame.contentDocument.adoptNode(next.documentElement));
  tend(frame);
  view.scrollTo(...at);
  if (wasSaved) show(frame, before);
}

// ---- What changed

const blocks = (frame) => [...(frame.contentDocument?.querySelectorAll('[data-source]') ?? [])];
const words = (block) =>
  [block.tagName, block.textContent, ...[...block.querySelectorAll('img')].map((image) => image.getAttribute('src'))].join(' ');

/** Marks the blocks that differ from those before for a moment, and goes to the first of them if it is out of sight. */
function show(frame, before) {
  const own = blocks(frame);
  const now = own.map(words);
  const most = Math.min(before.length, now.length);
  let head = 0;
  while (head < most && before[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === now.at(-1 - tail)) tail += 1;
  const changed = own.slice(head, own.length - tail).filter((block) => !block.querySelector('[data-source]'));
  if (!changed.length) return;
  for (const block of changed) block.classList.add(MARKED);
  setTimeout(() => changed.forEach((block) => block.classList.remove(MARKED)), 2400);
  const { top, bottom } = changed[0].getBoundingClientRect();
  const room = Math.min(frame.clientHeight, innerHeight);
  if (top < 0 || bottom > room) changed[0].scrollIntoView({ block: 'center' });
}

// ---- Where it was written

/** Opens a source, told as `path:line`. */
export async function openSource(origin) {
  const at = origin.lastIndexOf(':');
  const [file, line] = [origin.slice(0, at), origin.slice(at + 1)];
  if (editor) {
    say(`Opening ${origin}`, true);
    location.assign(editor.replace('{file}', encodeURI(file)).replace('{line}', line));
    return;
  }
  const response = await post('/open', { file, line }).catch(() => null);
  if (!response) say('The server does not answer.', true);
  else say(response.ok ? `Opened ${origin}` : (await response.text()).trim(), true);
}

const tended = new WeakSet();

function lead(frame) {
  const own = frame.contentDocument;
  // What stands there before anything was loaded has the policy of this page.
  if (!own?.documentElement || own.URL === 'about:blank') return;
  const style = own.createElement('style');
  style.textContent = STYLE;
  (own.head ?? own.documentElement).append(style);
  for (const block of blocks(frame)) {
    // A paragraph that is all there is of an item is one stop, not two.
    if (block.parentElement.closest('[data-source]')?.dataset.source !== block.dataset.source) block.tabIndex = 0;
  }
  if (tended.has(own)) return;
  tended.add(own);
  const origin = (event) => event.target.closest?.('[data-source]')?.dataset.source;
  own.addEventListener('click', (event) => {
    if (event.target.closest?.('a[href], summary, input, button, select, textarea') || String(own.getSelection())) return;
    const written = origin(event) ?? (frame.dataset.layout && `${frame.dataset.layout}:1`);
    if (written) openSource(written);
  });
  own.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !event.target.dataset?.source) return;
    event.preventDefault();
    openSource(event.target.dataset.source);
  });
}

// ---- Its room

const phone = matchMedia('(max-width: 640px)');

export function fit(frame) {
  const sheet = frame.contentDocument?.documentElement;
  if (!sheet?.scrollWidth) return;
  const device = frame.parentElement;
  sheet.style.zoom = '';
  Object.assign(frame.style, { width: '', height: '', transform: '' });
  if (frame.dataset.paper !== undefined) {
    // A sheet of paper has one width: in a narrow frame it is shown smaller.
    const share = frame.clientWidth / sheet.scrollWidth;
    if (share < 1) sheet.style.zoom = String(share);
  } else if (frames().length > 1 && look.width === 'desktop' && !phone.matches && device.clientWidth < DESK) {
    const scale = device.clientWidth / DESK;
    Object.assign(frame.style, { width: `${DESK}px`, height: `${device.clientHeight / scale}px`, transform: `scale(${scale})` });
  }
  // On a phone the page scrolls, not a frame in it.
  if (phone.matches && isKind('of-preview')) frame.style.height = `${Math.ceil(frame.contentDocument.body.scrollHeight)}px`;
}
addEventListener('resize', () => each(fit));

/** Links lead out of the frame: to the web, or to another page of ours. */
export function tend(frame) {
  lead(frame);
  fit(frame);
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
  if (frame.contentDocument?.readyState === 'complete') tend(frame);
});
