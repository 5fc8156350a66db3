// Type-aware lint for every TypeScript file; each rule that is switched off carries its reason.
import eslint from '@eslint/js';
import typescript from 'typescript-eslint';

export default typescript.config(
  { ignores: ['dist/**', 'dist.*/**', 'node_modules/**'] },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, ...typescript.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-params': ['error', 4],
      'max-lines': ['error', { max: 250 }],
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Numbers read well inside sentences, and every sentence here is for people.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // A method that must be async to satisfy a port need not await anything itself.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // The bootstrap runs before anything is installed or compiled, so it is the one place of plain JavaScript.
    files: ['scripts/**/*.mjs'],
    extends: [eslint.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'console',
          'process',
          'performance',
          'setInterval',
          'clearInterval',
          'setTimeout',
          'AbortController',
          'AbortSignal',
          'Blob',
          'FormData',
          'URL',
          'fetch',
        ].map((name) => [name, 'readonly']),
      ),
    },
    rules: { 'max-params': ['error', 4], 'max-lines': ['error', { max: 250 }], eqeqeq: 'error' },
  },
  {
    files: ['verification/**/*.ts'],
    rules: {
      // chai's assertions are expressions (`expect(x).to.be.true`).
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
);
