// The language server, driven over standard input and output by the client library of Visual Studio Code.
//
// usage: lsp.mjs BEVARA [PROGRAMME]
//
// With the folder of another programme only the times from a keystroke to its findings are measured, and printed.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import protocol from 'vscode-languageserver-protocol/node';

const REPOSITORY = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const [binary, other] = process.argv.slice(2);

/** A copy of a programme that may be changed. */
function copied(from) {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'bevara-lsp-')));
  for (const name of ['bevara.yaml', 'content', 'templates', 'contacts']) {
    if (fs.existsSync(path.join(from, name))) fs.cpSync(path.join(from, name), path.join(root, name), { recursive: true });
  }
  return root;
}

/** An editor with one server. */
class Editor {
  constructor(root) {
    this.root = root;
    this.texts = new Map();
    this.versions = new Map();
    this.found = new Map();
    this.heard = [];
    this.child = spawn(path.resolve(binary), ['--today', '2026-11-21', 'lsp'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    this.ended = new Promise((done) => this.child.once('exit', done));
    this.connection = protocol.createProtocolConnection(
      new protocol.StreamMessageReader(this.child.stdout),
      new protocol.StreamMessageWriter(this.child.stdin),
    );
    this.connection.onNotification(protocol.PublishDiagnosticsNotification.type, ({ uri, diagnostics }) => {
      this.found.set(uri, diagnostics);
      this.heard.splice(0).forEach((listener) => listener());
    });
    this.connection.listen();
  }

  async begin() {
    const said = await this.connection.sendRequest(protocol.InitializeRequest.type, {
      processId: process.pid,
      rootUri: pathToFileURL(this.root).href,
      capabilities: {},
      workspaceFolders: null,
    });
    await this.connection.sendNotification(protocol.InitializedNotification.type, {});
    return said.capabilities;
  }

  uri(name) {
    return pathToFileURL(path.join(this.root, name)).href;
  }

  async open(name) {
    const text = fs.readFileSync(path.join(this.root, name), 'utf8');
    this.texts.set(name, text);
    this.versions.set(name, 1);
    const textDocument = { uri: this.uri(name), languageId: 'x', version: 1, text };
    await this.connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, { textDocument });
    return text;
  }

  position(name, at) {
    const before = this.texts.get(name).slice(0, at).split('\n');
    return { line: before.length - 1, character: before.at(-1).length };
  }

  /** Replaces the only place of `from`, as somebody who types would. */
  async type(name, from, to) {
    const text = this.texts.get(name);
    assert.equal(text.split(from).length, 2, `${from} in ${name}`);
    const at = text.indexOf(from);
    const range = { start: this.position(name, at), end: this.position(name, at + from.length) };
    this.texts.set(name, text.replace(from, () => to));
    const version = this.versions.get(name) + 1;
    this.versions.set(name, version);
    await this.connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(name), version },
      contentChanges: [{ range, text: to }],
    });
  }

  /** The findings of a file, when `holds` is true of them. */
  async findings(name, holds, patience = 240_000) {
    const until = performance.now() + patience;
    for (;;) {
      const found = this.found.get(this.uri(name)) ?? [];
      if (holds(found)) return found;
      assert(performance.now() < until, `${name}: ${JSON.stringify(found)}`);
      await new Promise((go) => {
        const timer = setTimeout(go, 1000);
        this.heard.push(() => (clearTimeout(timer), go()));
      });
    }
  }

  /** Asks about the place behind `text` in a file, `back` characters before its end. */
  ask(type, name, text, back = 0, more = {}) {
    const at = this.texts.get(name).indexOf(text);
    assert(at >= 0, `${text} in ${name}`);
    const position = this.position(name, at + text.length - back);
    return this.connection.sendRequest(type, { textDocument: { uri: this.uri(name) }, position, ...more });
  }

  async labels(name, text) {
    const said = await this.ask(protocol.CompletionRequest.type, name, text);
    return said.items.map((item) => item.label);
  }

  async end() {
    await this.connection.sendRequest(protocol.ShutdownRequest.type);
    await this.connection.sendNotification(protocol.ExitNotification.type);
    assert.equal(await this.ended, 0);
    fs.rmSync(this.root, { recursive: true });
  }
}


async function demo() {
  const editor = new Editor(copied(REPOSITORY));
  const can = await editor.begin();
  assert(can.renameProvider.prepareProvider && can.hoverProvider && can.completionProvider);
  const { root } = editor;
  const plan = fs.readdirSync(path.join(root, 'content/plan')).map((name) => `content/plan/${name}`).at(-1);
  return { editor, plan, people: 'contacts/sverige.yaml' };
}

async function diagnostics({ editor, plan }) {
  await editor.open(plan);
  const owner = 'signed_by: owner';
  const text = editor.texts.get(plan);
  const first = text.indexOf(owner);
  const line = text.slice(text.lastIndexOf('\n', text.lastIndexOf('- id: ', first)) + 1, first + owner.length);
  // A key that is misspelt, before it is saved; with a change that mends it.
  const wrong = line.replace('kind:', 'kidn:');
  await editor.type(plan, line, wrong);
  const [finding] = await editor.findings(plan, (found) => found.some((one) => one.code === 'unknown-key'));
  assert.equal(finding.severity, 1);
  assert.match(finding.message, /unknown key `kidn`\ndid you mean `kind`\?/);
  const actions = await editor.connection.sendRequest(protocol.CodeActionRequest.type, {
    textDocument: { uri: editor.uri(plan) },
    range: finding.range,
    context: { diagnostics: [finding] },
  });
  assert.equal(actions[0].title, 'Write `kind`');
  const [edit] = actions[0].edit.changes[editor.uri(plan)];
  assert.deepEqual([edit.newText, edit.range], ['kind', finding.range]);
  await editor.type(plan, wrong, line);
  await editor.findings(plan, (found) => !found.some((one) => one.severity === 1));
  // YAML that is none is one finding, and gone when it is whole again.
  await editor.type(plan, line, `${line} [`);
  await editor.findings(plan, (found) => found.some((one) => one.severity === 1));
  await editor.type(plan, `${line} [`, line);
  await editor.findings(plan, (found) => !found.some((one) => one.severity === 1));
}

async function texts({ editor }) {
  const name = firstText(editor.root);
  const before = await editor.open(name);
  const body = before.indexOf('---', 4) + 4;
  const anchor = before.slice(body).split('\n').find((line) => line.trim().length > 20);
  await editor.type(name, anchor, `${anchor} {{ contact.nmae }}`);
  const found = await editor.findings(name, (all) => all.some((one) => one.severity === 1));
  assert.match(found.find((one) => one.severity === 1).message, /nmae/);
  await editor.type(name, '{{ contact.nmae }}', '{{ contact. }}');
  assert((await editor.labels(name, '{{ contact.')).includes('company'));
  await editor.type(name, '{{ contact. }}', '{{ contact.name | }}');
  const filters = await editor.labels(name, '{{ contact.name |');
  assert(filters.includes('upper') && filters.includes('money'));
  await editor.type(name, '{{ contact.name | }}', '{{ <bu }}');
  assert((await editor.labels(name, '{{ <bu')).includes('button'));
  await editor.type(name, '{{ <bu }}', '{{ si }}');
  assert((await editor.labels(name, '{{ si')).includes('signer'));
  await editor.type(name, ' {{ si }}', '');
  await editor.findings(name, (all) => !all.some((one) => one.severity === 1));
}

function firstText(root) {
  const folder = path.join(root, 'content/newsletters');
  return `content/newsletters/${fs.readdirSync(folder).find((name) => name.endsWith('.md'))}`;
}

async function completion({ editor, plan, people }) {
  await editor.open(people);
  const list = editor.texts.get(people);
  const [, id] = list.match(/- id: ([a-z0-9-]+)\n/);
  const keys = await editor.labels(people, `- id: ${id}\n  `);
  assert(keys.includes('pause') && !keys.includes('owner'), keys.join());
  await editor.type(people, `- id: ${id}\n`, `- id: ${id}\n  opportunity: \n`);
  assert.deepEqual(await editor.labels(people, `- id: ${id}\n  opportunity: `), ['low', 'high']);
  await editor.type(people, `- id: ${id}\n  opportunity: \n`, `- id: ${id}\n`);
  const [, when] = editor.texts.get(plan).match(/when: ([^\n#]*)/);
  assert((await editor.labels(plan, `when: ${when.slice(0, 1)}`)).includes('midsummer'));
  const signers = await editor.labels(plan, 'signed_by: o');
  assert(signers.includes('owner') && signers.includes('ceo') && signers.length > 4);
  assert((await editor.labels(plan, 'content: n')).some((label) => label.startsWith('newsletters/')));
  assert((await editor.labels('bevara.yaml', 'languages: [')).includes('et'));
  return id;
}

async function hover({ editor, plan, people }, id) {
  const told = async (name, text, back) => (await editor.ask(protocol.HoverRequest.type, name, text, back)).contents.value;
  assert.match(await told(people, `- id: ${id}`, 2), / · [ABCD] · (sv|nb|et|en|fi|da|de) · /);
  const midsummer = editor.texts.get(plan).match(/when: (midsummer[^\n# ]*)/);
  if (midsummer) {
    const days = await told(plan, midsummer[0], 2);
    assert.match(days, /Friday 20\d\d-06-\d\d: .*SE/);
  }
  const [mailing] = editor.texts.get(plan).match(/- id: [a-z0-9-]+/);
  assert.match(await told(plan, mailing, 2), /get it: A \d+/);
  assert.match(await told(plan, 'signed_by', 2), /\w/);
}

async function definition({ editor, plan, people }, id) {
  const where = async (name, text, back) => await editor.ask(protocol.DefinitionRequest.type, name, text, back);
  const [line, content] = editor.texts.get(plan).match(/content: (newsletters\/[a-z0-9-]+)/);
  const files = await where(plan, line, 2);
  assert(files.length >= 2 && files.every(({ uri }) => uri.includes(`content/${content}`)), JSON.stringify(files));
  // From the text to its layout, from a component to where it is defined.
  const text = files[0].uri.slice(editor.uri('').length).replace(/^\//, '');
  await editor.open(text);
  const [layout] = await where(text, '---\n', 1);
  assert(layout.uri.endsWith('templates/email/newsletter.html'), layout.uri);
  await editor.open('templates/email/newsletter.html');
  const [component] = await where('templates/email/newsletter.html', '{{ <signature', 2);
  assert(component.uri.endsWith('templates/email/signature.html'), component.uri);
  const [base] = await where('templates/email/newsletter.html', 'extends "email/base', 2);
  assert(base.uri.endsWith('templates/email/base.html'), base.uri);
  const ledger = 'contacts/referrals.yaml';
  await editor.open(ledger);
  const [, referrer] = editor.texts.get(ledger).match(/referrer: ([a-z0-9-]+)/);
  const [contact] = await where(ledger, `referrer: ${referrer}`, 2);
  assert(contact.uri.includes('/contacts/') && !contact.uri.endsWith('referrals.yaml'), contact.uri);
  return referrer;
}

/** The files after an edit, by name. */
function applied(root, { changes }) {
  const files = new Map();
  for (const [uri, edits] of Object.entries(changes)) {
    const name = path.relative(root, fileURLToPath(uri));
    let text = fs.readFileSync(path.join(root, name), 'utf8');
    const offset = ({ line, character }) => text.split('\n').slice(0, line).reduce((sum, one) => sum + one.length + 1, 0) + character;
    const places = edits.map(({ range, newText }) => [offset(range.start), offset(range.end), newText]);
    for (const [start, end, words] of places.sort((one, two) => two[0] - one[0])) {
      text = text.slice(0, start) + words + text.slice(end);
    }
    files.set(name, text);
  }
  return files;
}

async function rename({ editor, plan }, referrer) {
  const ledger = 'contacts/referrals.yaml';
  const asked = `referrer: ${referrer}`;
  const prepared = await editor.ask(protocol.PrepareRenameRequest.type, ledger, asked, 2);
  assert.equal(prepared.placeholder, referrer);
  await assert.rejects(editor.ask(protocol.RenameRequest.type, ledger, asked, 2, { newName: 'Not An Id' }), /not a valid id/);
  const edit = await editor.ask(protocol.RenameRequest.type, ledger, asked, 2, { newName: 'somebody-else' });
  const files = applied(editor.root, edit);
  assert(files.size >= 2, [...files.keys()].join());
  // Wherever the old name stood as a whole id, the new one does; and the programme still holds together.
  for (const [name, text] of files) fs.writeFileSync(path.join(editor.root, name), text);
  const check = spawn(path.resolve(binary), ['-q', '--today', '2026-11-21', 'check'], { cwd: editor.root, stdio: 'inherit' });
  assert.equal(await new Promise((done) => check.once('exit', done)), 0);
  for (const [name, text] of files) assert(!new RegExp(`(^|[ \\[{"'])${referrer}($|[ \\]},"'])`, 'm').test(text), name);
  // Somebody of the team, in settings, lists, plan and texts.
  const [, member] = editor.texts.get('bevara.yaml').match(/team:\n(?:.*\n)*?\s+- id: ([a-z-]+)/);
  const spots = await editor.ask(protocol.ReferencesRequest.type, 'bevara.yaml', `- id: ${member}`, 1, { context: { includeDeclaration: true } });
  assert(new Set(spots.map(({ uri }) => uri)).size >= 2, JSON.stringify(spots));
}

/** A word of a file that is in it once, and the fault that somebody makes of it. */
function slip(root, name) {
  const text = fs.readFileSync(path.join(root, name), 'utf8');
  if (name.endsWith('.md')) {
    const anchor = text.slice(text.indexOf('---', 4) + 4).split('\n').find((line) => line.trim().length > 20);
    return [anchor, `${anchor} {{ nobody`];
  }
  const lines = text.split('\n').filter((line) => /^ *(- )?(id|name|country): \S/.test(line));
  const anchor = lines.find((line) => text.split(line).length === 2);
  return [anchor, `${anchor.replace(/(id|name|country):/, '$1x:')}`];
}

/** From a keystroke in a text, a contact list, the plan and the settings to its findings, in milliseconds: twenty each. */
async function measured(from) {
  const editor = new Editor(copied(from));
  await editor.begin();
  const files = (folder) => fs.readdirSync(path.join(editor.root, folder)).map((name) => `${folder}/${name}`);
  const people = files('contacts').find((name) => /\/[a-z]{2}-\d+\.yaml$|sverige/.test(name));
  for (const name of [firstText(editor.root), people, files('content/plan').at(-1), 'bevara.yaml']) {
    await editor.open(name);
    const [right, wrong] = slip(editor.root, name);
    const times = [];
    for (let round = 0; round < 20; round += 1) {
      const before = performance.now();
      await editor.type(name, right, wrong);
      await editor.findings(name, (found) => found.some((one) => one.severity === 1));
      times.push(performance.now() - before);
      await editor.type(name, wrong, right);
      await editor.findings(name, (found) => !found.some((one) => one.severity === 1), 120_000);
    }
    // The very first one waits for the programme to be read.
    const [first, ...rest] = times;
    rest.sort((one, two) => one - two);
    console.log(`${name}: median ${rest[9].toFixed(0)} ms, worst ${rest.at(-1).toFixed(0)} ms; the first ${first.toFixed(0)} ms`);
  }
  await editor.end();
}

if (other) {
  await measured(other);
} else {
  const all = await demo();
  await all.editor.open('bevara.yaml');
  await diagnostics(all);
  await texts(all);
  const id = await completion(all);
  await hover(all, id);
  const referrer = await definition(all, id);
  await rename(all, referrer);
  await all.editor.end();
  console.log('the language server says what is wrong, completes, explains, finds and renames');
}
