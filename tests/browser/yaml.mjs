// What an editor shows while somebody writes: yaml-language-server, the one behind the YAML extension of Visual Studio Code, is asked
// over its standard input what it completes and explains with bevara's schemas. Then it looks at every YAML file of the demo and
// of a fresh programme in each language, and must find nothing; and at three slips, and must find each.
//
//     BEVARA=../../target/debug/bevara node yaml.mjs

import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Tally, files } from './output.mjs';
import { demo } from './server.mjs';

const bevara = path.resolve(process.env.BEVARA ?? '../../target/release/bevara');
const SERVER = fileURLToPath(new URL('node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url));
const DAY = '2027-06-30';
const LANGUAGES = ['da', 'de', 'en', 'et', 'fi', 'nb', 'sv'];
const tally = new Tally();

/** Runs the command and gives what it printed. */
const run = (folder, ...args) => execFileSync(bevara, ['-C', folder, '--today', DAY, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A language server, spoken to as an editor does (Language Server Protocol 3.17). */
class Editor {
  constructor(schemas) {
    this.settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false }, schemas };
    this.child = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.buffer = Buffer.alloc(0);
    this.asked = new Map();
    this.waiting = new Map();
    this.last = 0;
    this.child.stdout.on('data', (bytes) => this.read(bytes));
  }

  read(bytes) {
    this.buffer = Buffer.concat([this.buffer, bytes]);
    for (;;) {
      const end = this.buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.buffer.subarray(0, end))[1]);
      if (this.buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.buffer.subarray(end + 4, end + 4 + length));
      this.buffer = this.buffer.subarray(end + 4 + length);
      this.hear(message);
    }
  }

  hear({ id, method, params, result, error }) {
    if (method === 'workspace/configuration') {
      this.send({ id, result: params.items.map(({ section }) => (section === 'yaml' ? this.settings : {})) });
    } else if (method === 'textDocument/publishDiagnostics') {
      this.waiting.get(params.uri)?.(params.diagnostics);
    } else if (method && id !== undefined) {
      this.send({ id, result: null });
    } else if (!method) {
      const { answered, failed } = this.asked.get(id);
      this.asked.delete(id);
      if (error) failed(new Error(error.message));
      else answered(result);
    }
  }

  send(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.child.stdin.write(body);
  }

  ask(method, params) {
    const id = ++this.last;
    this.send({ id, method, params });
    return new Promise((answered, failed) => this.asked.set(id, { answered, failed }));
  }

  async start(root) {
    const uri = pathToFileURL(root).href;
    const capabilities = {
      workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
      textDocument: { completion: { completionItem: { documentationFormat: ['markdown'] } }, hover: { contentFormat: ['markdown'] } },
    };
    await this.ask('initialize', { processId: process.pid, rootUri: uri, workspaceFolders: [{ uri, name: 'programme' }], capabilities });
    this.send({ method: 'initialized', params: {} });
    this.send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml: this.settings } } });
  }

  /** Opens a text under a file's name; what the server finds in it. */
  async open(file, text) {
    const uri = pathToFileURL(file).href;
    const found = new Promise((told) => this.waiting.set(uri, told));
    this.send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
    const late = new Promise((_, failed) => setTimeout(() => failed(new Error(`nothing is said of ${file}`)), 60_000).unref());
    const findings = await Promise.race([found, late]);
    this.send({ method: 'textDocument/didClose', params: { textDocument: { uri } } });
    return findings;
  }

  /** Puts a text with `|` in it before the server; what it would complete there, or says of the word. */
  async point(method, file, marked) {
    const uri = pathToFileURL(file).href;
    const before = marked.slice(0, marked.indexOf('|'));
    const position = { line: before.split('\n').length - 1, character: before.length - before.lastIndexOf('\n') - 1 };
    const text = marked.replace('|', '');
    this.send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
    const answer = await this.ask(method, { textDocument: { uri }, position });
    this.send({ method: 'textDocument/didClose', params: { textDocument: { uri } } });
    return answer;
  }

  async stop() {
    await this.ask('shutdown', null);
    this.send({ method: 'exit' });
  }
}

/** Every schema that `bevara schema` prints, written to a folder, with the files it is for. */
function schemas(folder) {
  const { schemas: known } = JSON.parse(run(folder, '--format', 'json', 'schema'));
  const at = fs.mkdtempSync(path.join(os.tmpdir(), 'bevara-schemas-'));
  const places = {};
  for (const [name, where] of Object.entries(known)) {
    if (!where.endsWith('.yaml')) continue;
    const file = path.join(at, `${name}.json`);
    fs.writeFileSync(file, run(folder, 'schema', name));
    places[name] = { uri: pathToFileURL(file).href, where };
  }
  return { at, places };
}

/** Which schema a file of the demo has, which names none itself: the most particular pattern that fits. */
function settingsFor(places, root) {
  const fits = ({ where }, file) => new RegExp(`^${where.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`).test(file);
  const chosen = {};
  for (const file of files(root).filter(isOurs)) {
    const [best] = Object.values(places).filter((place) => fits(place, file)).sort((one, other) => one.where.includes('*') - other.where.includes('*'));
    tally.check(best !== undefined, `${file} has a schema`);
    if (best) (chosen[best.uri] ??= []).push(file);
  }
  return chosen;
}

/** Files that bevara reads as YAML, but for tables of short texts, which have no schema. */
const isOurs = (file) => file.endsWith('.yaml') && !/^(\.|output\/|templates\/)/.test(file);

async function finds(editor, root, name) {
  for (const file of files(root).filter(isOurs)) {
    const found = await editor.open(path.join(root, file), fs.readFileSync(path.join(root, file), 'utf8'));
    const said = found.map(({ range, message }) => `${range.start.line + 1}: ${message}`);
    tally.check(found.length === 0, `${name}: ${file}: ${said.join('; ')}`);
  }
}

const said = (hover) => [hover?.contents?.value ?? hover?.contents ?? ''].flat().join('\n');

/** In a fresh programme, which says by itself where its schemas are; each case is a file of its own beside the one it is about. */
async function writes(editor, root) {
  let cases = 0;
  const beside = (file) => path.join(root, file.replace('.yaml', `-${++cases}.yaml`));
  const modeline = (file) => fs.readFileSync(path.join(root, file), 'utf8').split('\n')[0];
  const plan = files(root).find((file) => file.startsWith('content/plan/'));
  const pointed = [
    ['bevara.yaml', 'goa|', ['goals'], 'base_|url: https://x.example', 'Where the site stands'],
    ['contacts/people.yaml', '- id: anna-lind\n  t|', ['tier', 'tags', 'tier_reason'], '- id: anna-lind\n  ti|er: C', 'A sends many leads'],
    [plan, 'year: 2027\nmailings:\n  - id: x\n    sig|', ['signed_by'], 'year: 2027\nmailings:\n  - when|: easter', 'an occasion with an offset'],
  ];
  for (const [file, beginning, keys, word, meaning] of pointed) {
    const list = await editor.point('textDocument/completion', beside(file), `${modeline(file)}\n${beginning}`);
    const items = list.items ?? list;
    for (const key of keys) {
      const item = items.find(({ label }) => label === key);
      tally.check(item !== undefined, `${file}: completes ${key}, of ${items.map(({ label }) => label).join(', ')}`);
      tally.check(JSON.stringify(item?.documentation ?? '').length > 10, `${file}: says what ${key} is while it completes`);
    }
    const hover = said(await editor.point('textDocument/hover', beside(file), `${modeline(file)}\n${word}`));
    tally.check(hover.includes(meaning), `${file}: says of \`${word}\`: ${hover}`);
  }
  const values = await editor.point('textDocument/completion', beside(plan), `${modeline(plan)}\nyear: 2027\nmailings:\n  - kind: |`);
  const kinds = (values.items ?? values).map(({ label }) => label);
  tally.check(kinds.includes('newsletter') && kinds.includes('thanks'), `the plan completes kinds: ${kinds}`);
  for (const [file, slip, about] of [
    ['bevara.yaml', 'format: 1\nnaem: Ek\n', 'naem'],
    ['contacts/people.yaml', '- {id: anna, name: Anna, tier: E, owner: elin}\n', 'A'],
    [plan, 'year: 2027\nmailings:\n  - {id: x, kind: newsleter, content: a, when: easter, to: C}\n', 'newsletter'],
  ]) {
    const found = await editor.open(beside(file), `${modeline(file)}\n${slip}`);
    tally.check(found.some(({ message }) => message.includes(about)), `${file}: ${slip}: ${found.map(({ message }) => message)}`);
  }
}

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'bevara-yaml-'));
const ours = demo();
const { at, places } = schemas(ours);
try {
  const editor = new Editor(settingsFor(places, ours));
  await editor.start(ours);
  await finds(editor, ours, 'demo');
  await editor.stop();
  for (const language of LANGUAGES) {
    const root = path.join(work, language);
    run(work, 'init', language, '--name', 'Ek & Ask', '--language', language, '--email', 'elin.ek@ek-ask.example');
    const editor = new Editor({});
    await editor.start(root);
    await finds(editor, root, language);
    if (language === 'en') await writes(editor, root);
    await editor.stop();
  }
} finally {
  for (const folder of [work, ours, at]) fs.rmSync(folder, { recursive: true });
}
tally.end();
