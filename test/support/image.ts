import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { promisify } from 'node:util';

import dockerignore from '@balena/dockerignore';

import { repoRoot } from '../../stack/root';

/** One instruction of a Dockerfile, continued lines joined. */
export type Instruction = { readonly name: string; readonly rest: string };

export function instructionsOf(text: string): Instruction[] {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
      return { name, rest };
    });
}

type Stage = {
  /** Stands for the stage's file system. */
  readonly root: string;
  workdir: string;
  env: Record<string, string>;
};

/** What the builder is sent: the files of the checkout that .dockerignore lets through. */
function sentFiles(root: string): string[] {
  const ignored = dockerignore().add(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const found: string[] = [];
  const walk = (dir: string): void => {
    for (const entry of readdirSync(dir, { withFileTypes: true })) {
      const path = join(dir, entry.name);
      // Neither is ever sent (the test of .dockerignore says so), and both are large.
      if (entry.name === 'node_modules' || entry.name === '.git') continue;
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile()) found.push(relative(root, path));
    }
  };
  walk(root);
  return found.filter((path) => !ignored.ignores(path));
}

/** The machine's ways to its registries, and nothing of this checkout's: no programs of its packages, no settings. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const { NODE_ENV: _ours, NODE_OPTIONS: _too, ...env } = process.env;
  const path = (env['PATH'] ?? '').split(':').filter((dir) => !dir.includes('node_modules'));
  return { ...env, PATH: [dirname(process.execPath), ...path].join(':') };
}

const VARIABLE = /\$\{(\w+)\}/g;

/**
 * Does what a container engine does with a Dockerfile, each step on exactly the files it would have there: stages are
 * folders, COPY copies, RUN runs. The base image is this process's Node.js, whose version the caller compares.
 */
export class ImageBuild {
  readonly bases: string[] = [];
  private readonly stages = new Map<string, Stage>();
  private stage!: Stage;

  constructor(
    private readonly dir: string,
    private readonly context = repoRoot(),
  ) {}

  /** The last stage's folder: the image. */
  get root(): string {
    return this.stage.root;
  }

  async run(instruction: Instruction): Promise<void> {
    const { name, rest } = instruction;
    if (name === 'ARG' || name === 'USER' || name === 'ENTRYPOINT') return;
    if (name === 'FROM') return this.from(rest);
    if (name === 'WORKDIR') {
      this.stage.workdir = rest;
      mkdirSync(this.at(rest), { recursive: true });
    } else if (name === 'ENV') {
      const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(rest) ?? [];
      this.stage.env[key] = value;
    } else if (name === 'COPY') this.copy(rest);
    else if (name === 'RUN') await this.execute(rest);
    else throw new Error(`${name} is not known here: teach it to test/support/image.ts`);
  }

  private from(rest: string): void {
    const [base = '', , alias = 'image'] = rest.replace(VARIABLE, '').split(/\s+/);
    const root = join(this.dir, alias);
    const parent = this.stages.get(base);
    if (parent) cpSync(parent.root, root, { recursive: true, verbatimSymlinks: true });
    else {
      mkdirSync(root, { recursive: true });
      this.bases.push(base);
    }
    this.stage = { root, workdir: parent?.workdir ?? '/', env: { ...parent?.env } };
    this.stages.set(alias, this.stage);
  }

  private at(path: string, stage = this.stage): string {
    return join(stage.root, isAbsolute(path) ? path : join(stage.workdir, path));
  }

  private copy(rest: string): void {
    const words = rest.split(/\s+/);
    const from = words[0]?.startsWith('--from=') ? words.shift()!.slice(7) : undefined;
    const target = words.pop()!;
    for (const source of words) {
      if (from) this.copyFrom(from, source, target);
      else this.copySent(source, target);
    }
  }

  private copyFrom(alias: string, source: string, target: string): void {
    const path = this.at(source, this.stages.get(alias));
    cpSync(path, this.at(target), { recursive: true, verbatimSymlinks: true });
  }

  private copySent(source: string, target: string): void {
    const sent = sentFiles(this.context).filter(
      (path) => source === '.' || path === source || path.startsWith(`${source}/`),
    );
    if (sent.length === 0) throw new Error(`COPY ${source}: .dockerignore lets nothing through`);
    for (const path of sent) {
      const copy = join(this.at(target), path);
      mkdirSync(dirname(copy), { recursive: true });
      cpSync(join(this.context, path), copy);
    }
  }

  private async execute(command: string): Promise<void> {
    // The image's own root folders are made below its folder, and by whoever runs the test: no user "node" here.
    const here = command
      .replace(/ \/(var|app)\//g, ` ${this.stage.root}/$1/`)
      .replace(/ -[og] node\b/g, '');
    await promisify(execFile)('sh', ['-ec', here], {
      cwd: this.at(this.stage.workdir),
      env: { ...bareEnvironment(), ...this.stage.env },
      maxBuffer: 64 * 1024 * 1024,
    });
  }

  /** Room: a stage that was copied from is not needed any more. */
  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** Bytes in a folder. */
export function sizeOf(dir: string): number {
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
