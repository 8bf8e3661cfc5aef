import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'src/api/schema.d.ts', 'e2e/results'] },
  ...tseslint.configs.recommended,
  {
    files: ['src/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, 'jsx-a11y': jsxA11y },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...jsxA11y.flatConfigs.recommended.rules,
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      // An unhandled promise hides its failure: use `void` where that is intended.
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // autoFocus is allowed on components only.
      'jsx-a11y/no-autofocus': ['error', { ignoreNonDOM: true }],
      // A region that scrolls must be reachable by keyboard.
      'jsx-a11y/no-noninteractive-tabindex': ['error', { tags: [], roles: ['tabpanel', 'region', 'log'] }],
      // The browser cuts a pasted text at maxLength without a notice.
      'no-restricted-syntax': ['error', { selector: 'JSXAttribute[name.name="maxLength"]', message: 'Use the limit of TextField, AreaField or useLimitProblem.' }],
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'no-restricted-properties': [
        'error',
        { property: 'resolvedOptions', message: 'A browser may report a zone that Intl rejects: use browserTimeZone of src/time/zone.ts.' },
      ],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            { name: 'tdesign-react', message: 'Its index brings everything: import tdesign-react/es/<component>/index.js.' },
            { name: 'codemirror', message: 'The package of that name is version 5: use the @codemirror/* packages.' },
          ],
        },
      ],
    },
  },
  {
    files: ['src/time/zone.ts', 'src/**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    // A computer's clock may be set while the room is open.
    files: ['src/room/**/*.ts'],
    ignores: ['src/**/*.test.ts'],
    rules: { 'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Measure waits with performance.now().' }] },
  },
  {
    // Only src/api calls the server: it converts failures to Problems and sends the language.
    files: ['src/**/*.{ts,tsx}'],
    ignores: ['src/api/**', 'src/**/*.test.{ts,tsx}'],
    rules: { 'no-restricted-globals': ['error', { name: 'fetch', message: 'Call the server through src/api.' }] },
  },
)
