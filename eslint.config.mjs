import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/**
 * The one-way import rule of docs/architecture: a folder may import itself and what stands beside it
 * here, nothing else. `types:` entries may be imported as types only (a workflow knows the shape of
 * an activity, never its code: the code would end up inside the deterministic bundle).
 */
const mayImport = {
  domain: [],
  config: ['domain'],
  telemetry: ['config'],
  files: ['domain'],
  workflows: ['domain', 'types:activities'],
  adapters: ['domain', 'config', 'telemetry'],
  store: ['domain', 'config', 'telemetry'],
  temporal: ['domain', 'config', 'telemetry', 'workflows', 'store'],
  services: ['domain', 'store'],
  activities: ['domain', 'adapters', 'store', 'services', 'telemetry', 'workflows'],
  redirect: ['domain', 'store', 'config', 'telemetry'],
  api: [
    'domain',
    'store',
    'services',
    'files',
    'config',
    'telemetry',
    'temporal',
    'workflows',
    'adapters',
  ],
  worker: [
    'domain',
    'store',
    'config',
    'telemetry',
    'temporal',
    'workflows',
    'activities',
    'adapters',
  ],
  cli: ['domain', 'store', 'config', 'telemetry', 'temporal', 'workflows'],
  sandbox: ['domain', 'store', 'config', 'telemetry'],
  stack: ['domain', 'store', 'config', 'telemetry', 'sandbox', 'workflows'],
  bench: [
    'domain',
    'store',
    'config',
    'telemetry',
    'stack',
    'temporal',
    'workflows',
    'api',
    'redirect',
    'sandbox',
  ],
};
const folders = Object.keys(mayImport);

const boundaries = folders.map((folder) => {
  const allowed = mayImport[folder];
  const typeOnly = allowed.filter((a) => a.startsWith('types:')).map((a) => a.slice(6));
  const forbidden = folders.filter(
    (f) => f !== folder && !allowed.includes(f) && !typeOnly.includes(f),
  );
  const patterns = [
    {
      regex: `^(\\.\\./)+(${[...forbidden, 'test'].join('|')})(/|$)`,
      message: `${folder} may import only: ${allowed.join(', ') || 'itself'}.`,
    },
  ];
  if (typeOnly.length > 0) {
    patterns.push({
      regex: `^(\\.\\./)+(${typeOnly.join('|')})(/|$)`,
      allowTypeImports: true,
      message: 'Types only.',
    });
  }
  if (folder === 'domain' || folder === 'workflows') {
    // node:crypto's HMAC is a pure function; the two domain files that need it are allowed by name below.
    patterns.push({ regex: '^node:', message: `${folder} has no I/O: no Node built-ins.` });
  }
  return {
    files: [`${folder}/**/*.ts`],
    ignores: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
});

/**
 * The apps: each imports web/ui and npm packages, web/ui nothing of the apps, and all of them pure rules of
 * domain/ (instant feedback in forms), nothing else of the server.
 */
const server = [...folders.filter((folder) => folder !== 'domain'), 'test'].join('|');
/** `up`: how many folders lie between a file and the checkout, since web/ui has an `api` of its own. */
const webBoundary = (files, up, others) => ({
  files: [files],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            regex: `^(\\.\\./){${up},}(${server})/`,
            message: 'The apps reach the server through /v1 only.',
          },
          { regex: `^(\\.\\./)+(${others})/`, message: 'Shared code belongs to web/ui.' },
          { regex: '^node:', message: 'This runs in a browser.' },
        ],
      },
    ],
  },
});
const webBoundaries = [
  ['ui', 'influencer|brand'],
  ['influencer', 'brand'],
  ['brand', 'influencer(?!s)'],
].flatMap(([folder, others]) => [
  webBoundary(`web/${folder}/*.{ts,tsx}`, 2, others),
  webBoundary(`web/${folder}/*/**/*.{ts,tsx}`, 3, others),
]);

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'node_modules/**',
      '.gamma*/**',
      'coverage/**',
      '**/*.js',
      '**/*.mjs',
      'web/ui/api/schema.d.ts',
    ],
  },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'separate-type-imports' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...boundaries,
  { ...reactHooks.configs.flat.recommended, files: ['web/**/*.{ts,tsx}'] },
  ...webBoundaries,
  {
    // Keyed hashes are pure functions of their input; nothing else of node:crypto is used here.
    files: ['domain/clicks/clickId.ts', 'domain/clicks/cmac.ts', 'domain/intake/signature.ts'],
    rules: { '@typescript-eslint/no-restricted-imports': 'off' },
  },
  {
    // Files whose job is to talk to the person at the terminal.
    files: ['stack/**/*.ts', 'bench/**/*.ts', 'sandbox/demo/**/*.ts', 'store/postgres/migrate.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
    },
  },
  {
    // The model reads what the driver and the SDK's core hand over, which has no types.
    files: ['test/simulation/**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
    },
  },
);
