import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** One command of a document: what a reader would type and end with Enter, comment cut off. */
export type DocCommand = {
  /** From the top of the checkout. */
  readonly file: string;
  readonly text: string;
};

const SKIPPED = /^(node_modules|dist.*|\.git|\.gamma.*)$/;
const PROGRAM = /^(npm|npx|node|docker|docker-compose|git) /;

export function documents(root: string, dir = root): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.test(entry.name)) return [];
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return documents(root, path);
    return entry.name.endsWith('.md') ? [relative(root, path)] : [];
  });
}

/** The shell itself says where a command ends: what it cannot parse yet goes on in the next line. */
const isWhole = (text: string): boolean =>
  !text.endsWith('\\') && spawnSync('sh', ['-n', '-c', text]).status === 0;

function commandsOf(block: string): string[] {
  const commands: string[] = [];
  let pending = '';
  for (const line of block.split('\n')) {
    pending += pending ? `\n${line}` : line.replace(/\s+#\s.*$/, '').trim();
    if (pending === '' || pending.startsWith('#')) pending = '';
    else if (isWhole(pending)) {
      commands.push(pending);
      pending = '';
    }
  }
  if (pending) throw new Error(`a shell block ends in the middle of: ${pending}`);
  return commands;
}

/**
 * Shell blocks whole; of blocks without a language the lines that start with one of our programs; and commands in
 * the running text. A table escapes its bars.
 */
export function commandsIn(root: string, file: string): DocCommand[] {
  const text = readFileSync(join(root, file), 'utf8');
  const found: string[] = [];
  const prose = text.replace(
    /^ *```([^\n]*)\n([\s\S]*?)^ *```/gm,
    (_all, info: string, block: string) => {
      if (/^(sh|bash|shell|console)\b/.test(info)) found.push(...commandsOf(block));
      if (info.trim() === '')
        for (const line of block.split('\n').map((one) => one.trim()))
          if (PROGRAM.test(line)) found.push(line.replace(/\s{2,}.*$/, ''));
      return '';
    },
  );
  for (const [, span = ''] of prose.matchAll(/`([^`\n]+)`/g))
    if (PROGRAM.test(span)) found.push(span.replaceAll('\\|', '|'));
  return found.map((one) => ({ file, text: one }));
}

/** Only what stands in shell blocks, in the order of the page: one session of one reader. */
export function sessionOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/^ *```(?:sh|bash|shell|console)\b[^\n]*\n([\s\S]*?)^ *```/gm)].flatMap(
    ([, block = '']) => commandsOf(block),
  );
}
