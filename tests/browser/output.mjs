// What the checks have in common: which pages there are, and how a run is counted.

import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.xml': 'application/xml; charset=utf-8',
};

/** Every file below a folder, in order, by its path from there. */
export function files(folder, below = '') {
  const entries = fs.readdirSync(path.join(folder, below), { withFileTypes: true });
  return entries
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const name = below ? `${below}/${entry.name}` : entry.name;
      return entry.isDirectory() ? files(folder, name) : [name];
    });
}

/** The public pages, the proofs of mailings and the pages of the report below an output folder. */
export function pages(output) {
  const html = files(output).filter((name) => name.endsWith('.html'));
  return {
    site: html.filter((name) => name.startsWith('site/')),
    proofs: html.filter((name) => /^mail\/[^/]+\/tier-/.test(name)),
    report: html.filter((name) => name.startsWith('report/')),
  };
}

/** Serves a folder on this machine; a path that ends with a slash is its index page. */
export async function serve(folder) {
  const server = http.createServer((request, response) => {
    let name = path.join(folder, decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    if (name.endsWith('/')) name += 'index.html';
    if (request.url === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    if (!name.startsWith(folder) || !fs.existsSync(name)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': TYPES[path.extname(name)] ?? 'application/octet-stream' });
    response.end(fs.readFileSync(name));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { server, base: `http://127.0.0.1:${server.address().port}` };
}

/** Counts what passed and failed; the last line says it, and the exit code. */
export class Tally {
  passed = 0;
  failed = 0;

  check(holds, what) {
    if (holds) {
      this.passed += 1;
    } else {
      this.failed += 1;
      console.log(`FAIL ${what}`);
    }
  }

  end() {
    console.log(`${this.passed} passed, ${this.failed} failed`);
    process.exitCode = this.failed === 0 && this.passed > 0 ? 0 : 1;
  }
}
