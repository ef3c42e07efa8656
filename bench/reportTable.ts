import { cpus, totalmem } from 'node:os';

import type { BenchRow } from './report';

export type Machine = {
  readonly cores: number;
  readonly cpu: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
};

export function thisMachine(): Machine {
  const all = cpus();
  return {
    cores: all.length,
    cpu: all[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  };
}

const HEADER = [
  'path',
  'against',
  'n',
  'ours',
  'theirs',
  'ratio (min–max)',
  'p50 / p99 / p99.9 ms',
  'goal',
  'met',
] as const;

function number(value: number | undefined): string {
  if (value === undefined) return '–';
  return value < 100 ? String(Number(value.toFixed(1))) : Math.round(value).toLocaleString('en-US');
}

const fixed = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(2));
const oneDecimal = (value: number | undefined): string =>
  value === undefined ? '–' : value.toFixed(1);

function cells(row: BenchRow): string[] {
  const { ratio, ratioMin, ratioMax, p50Ms, p99Ms, p999Ms } = row;
  return [
    row.notes ? `${row.path} (${row.notes})` : row.path,
    row.baseline ?? '–',
    String(row.rounds),
    row.value === undefined ? '–' : `${number(row.value)} ${row.unit}`,
    number(row.baselineValue),
    ratio === undefined ? '–' : `${fixed(ratio)} (${fixed(ratioMin)}–${fixed(ratioMax)})`,
    p99Ms === undefined ? '–' : [p50Ms, p99Ms, p999Ms].map(oneDecimal).join(' / '),
    row.goal === '' ? '–' : row.goal,
    row.goal === '' ? '–' : row.met ? 'yes' : '**no**',
  ];
}

const machineLine = (machine: Machine): string =>
  `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, ${machine.platform}, Node ${machine.node}`;

/** A Markdown table, columns aligned so that it reads in a terminal too. */
export function formatResults(rows: readonly BenchRow[], machine: Machine, date: string): string {
  const lines = [[...HEADER], ...rows.map(cells)];
  const widths = HEADER.map((_, at) => Math.max(...lines.map((line) => line[at]!.length)));
  const draw = (line: readonly string[]): string =>
    `| ${line.map((cell, at) => cell.padEnd(widths[at]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  return [
    `${date} · ${machineLine(machine)}`,
    '',
    draw(head),
    rule,
    ...body.map((line) => draw(line)),
  ].join('\n');
}

const begin = (part: string): string => `<!-- ${part}: begin (npm run bench -- --write) -->`;
const end = (part: string): string => `<!-- ${part}: end -->`;

/** The page with one part's results exchanged. Throws when its markers are not there. */
export function withResults(page: string, part: string, results: string): string {
  const [from, to] = [page.indexOf(begin(part)), page.indexOf(end(part))];
  if (from < 0 || to < from)
    throw new Error(`The page lacks the markers ${begin(part)} … ${end(part)}.`);
  return `${page.slice(0, from + begin(part).length)}\n\n${results}\n\n${page.slice(to)}`;
}
