// What of a page stands in its address, and the small things that every part of it needs.

export const $ = (name) => document.getElementById(name);
const meta = (name) => document.querySelector(`meta[name=${name}]`).content;

/** What a POST has to know. */
export const token = meta('token');
/** The address that opens an editor, with {file} and {line}; empty where the server opens it. */
export const editor = meta('editor');
/** What events call this page: a mailing, `site`, `report`; empty for the year. */
export const id = document.body.dataset.id;

const USUAL = { width: 'desktop', dark: '', forced: '', images: '', tab: 'html', beside: '' };

export const look = Object.fromEntries(
  Object.entries(USUAL).map(([key, usual]) => [key, new URLSearchParams(location.search).get(key) ?? usual]),
);

export function query(own = {}) {
  const pairs = Object.entries({ ...look, ...own }).filter(([key, value]) => value && value !== USUAL[key]);
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}

export const isKind = (kind) => document.body.classList.contains(kind);
export const hasLook = isKind('of-preview') || isKind('of-show');

/** An address of a page with a look, with that of this one. */
export function carried(href, own) {
  const url = new URL(href, location.href);
  return /^\/(preview|show)\//.test(url.pathname) ? url.pathname + query(own) + url.hash : url.href;
}

export function set(key, value) {
  look[key] = value;
  if (hasLook) history.replaceState(null, '', location.pathname + query());
}

let fading;

/** Tells whoever listens; with `shown` also whoever looks. */
export function say(text, shown = false) {
  $('said').textContent = text;
  $('said').classList.toggle('toast', shown);
  clearTimeout(fading);
  if (shown) fading = setTimeout(() => $('said').classList.remove('toast'), 4000);
}

/** Posts a form with the token of this page. */
export function post(path, fields) {
  return fetch(path, { method: 'POST', headers: { 'x-bevara-token': token }, body: new URLSearchParams(fields) });
}
