// What the checks have in common: which pages there are, and how a run is counted.

import fs from 'node:fs';
import path from 'node:path';

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

/** The public pages and the proofs of mailings below an output folder. */
export function pages(output) {
  const html = files(output).filter((name) => name.endsWith('.html'));
  return {
    site: html.filter((name) => name.startsWith('site/')),
    proofs: html.filter((name) => /^mail\/[^/]+\/tier-/.test(name)),
  };
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
