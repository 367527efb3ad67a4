// Everything on these pages is rendered by the server; this carries the controls. The rest is in the modules beside it.

import { refreshPage } from './follow.js';
import { each, fit, frameAddress, render } from './frames.js';
import { $, carried, hasLook, look, query, set } from './look.js';
import './review.js';
import './search.js';

// ---- Controls

for (const button of document.querySelectorAll('[data-width]')) {
  button.addEventListener('click', () => {
    set('width', button.dataset.width);
    $('frames').className = `frames ${button.dataset.width}`;
    each(fit);
    for (const other of document.querySelectorAll('[data-width]')) other.setAttribute('aria-pressed', String(other === button));
  });
}

function toggle(name, key, value, instead) {
  const button = $(name);
  button?.addEventListener('click', () => {
    set(key, look[key] ? '' : value);
    const isOn = key === 'images' ? !look.images : Boolean(look[key]);
    button.setAttribute('aria-pressed', String(isOn));
    // There is one night at a time.
    if (instead && look[key]) {
      set(instead, '');
      $(instead)?.setAttribute('aria-pressed', 'false');
    }
    // What a page may load is decided when it is opened.
    if (key === 'images') each((frame) => frame.contentWindow.location.replace(frameAddress(frame)));
    else each((frame) => render(frame));
  });
}
toggle('dark', 'dark', '1', 'forced');
toggle('forced', 'forced', '1', 'dark');
toggle('images', 'images', 'off');

// On a phone the message comes first, and everything that sets it lies in a drawer.
$('drawer')?.addEventListener('click', () => {
  const isOpen = document.body.classList.toggle('drawn');
  $('drawer').setAttribute('aria-expanded', String(isOpen));
  $('drawer').querySelector('.knob').textContent = isOpen ? 'Close' : 'Controls';
});

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
  $('frames').hidden = name !== 'html';
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
  if (event.key === 'Escape' && document.body.classList.contains('drawn')) $('drawer').click();
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
