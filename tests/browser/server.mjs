// A programme in a folder of its own, `bevara serve` in it, and a browser: what the checks of the preview begin with.

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** A copy of the demo programme that may be changed. */
export function demo() {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'bevara-serve-'));
  for (const name of ['bevara.yaml', 'content', 'templates', 'contacts']) {
    fs.cpSync(path.join(REPOSITORY, name), path.join(root, name), { recursive: true });
  }
  return root;
}

/** Starts the server; its address is the first line that it prints. */
export async function start(binary, root, environment = {}, more = []) {
  const began = performance.now();
  const child = spawn(binary, ['--today', '2026-11-21', 'serve', '--port', '0', ...more], {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  readline.createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const [url] = await new Promise((first, failed) => {
    readline.createInterface({ input: child.stdout }).once('line', (line) => first([line]));
    child.once('exit', () => failed(new Error(said.join('\n'))));
  });
  return { base: url.replace(/\/$/, ''), began, child, said, stop: () => child.kill('SIGINT') };
}

export function browser() {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}
