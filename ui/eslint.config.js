import js from '@eslint/js'
import boundaries from 'eslint-plugin-boundaries'
import checkFile from 'eslint-plugin-check-file'
import jsxA11y from 'eslint-plugin-jsx-a11y'
import reactHooks from 'eslint-plugin-react-hooks'
import globals from 'globals'
import tseslint from 'typescript-eslint'

// One direction: app -> features -> live | components | lib | client. Folders are found, not listed: a new feature is
// under the rule from its first file.
const MAY_IMPORT = {
  app: ['app', 'feature', 'live', 'components', 'client', 'lib', 'styles', 'testing'],
  feature: ['live', 'components', 'client', 'lib'],
  live: ['live', 'client', 'lib'],
  components: ['components', 'lib'],
  client: ['client', 'lib'],
  lib: ['lib'],
  testing: ['testing', 'app', 'feature', 'live', 'components', 'client', 'lib', 'styles'],
}

const policies = Object.entries(MAY_IMPORT).map(([type, types]) => ({
  from: { element: { type } },
  allow: { to: { element: { types: { anyOf: types } } } },
}))

export default tseslint.config(
  { ignores: ['dist', 'coverage', 'node_modules', 'src/client/schema.d.ts', 'src/vite-env.d.ts', 'public'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  jsxA11y.flatConfigs.strict,
  reactHooks.configs.flat['recommended-latest'],
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: { projectService: { allowDefaultProject: ['eslint.config.js'] }, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { 'check-file': checkFile },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/prefer-nullish-coalescing': ['error', { ignorePrimitives: { string: true } }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'check-file/filename-naming-convention': ['error', { '**/*.{ts,tsx}': 'KEBAB_CASE' }, { ignoreMiddleExtensions: true }],
      'check-file/folder-naming-convention': ['error', { 'src/**/': 'KEBAB_CASE' }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 120, skipBlankLines: true, skipComments: true }],
      // Warns that the React Compiler skips TanStack Virtual's callers; this app does not use the compiler.
      'react-hooks/incompatible-library': 'off',
      'no-console': 'error',
      'no-restricted-imports': ['error', { patterns: [{ group: ['../*'], message: 'Say where it lives: "@/…".' }] }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['src/**'],
    plugins: { boundaries },
    settings: {
      'import/resolver': { './scripts/import-resolver.cjs': {} },
      'boundaries/elements': [
        { type: 'feature', pattern: 'src/features/*', partialMatch: false, capture: ['name'] },
        ...['app', 'live', 'components', 'client', 'lib', 'styles', 'testing'].map((type) => ({
          type,
          pattern: `src/${type}`,
          partialMatch: false,
        })),
      ],
      'boundaries/ignore': ['src/main.tsx', '**/*.test.{ts,tsx}'],
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          policies: [
            { allow: { to: { module: { origin: ['external', 'core'] } } } },
            ...policies,
            {
              from: { element: { type: 'feature' } },
              allow: { to: { element: { type: 'feature', captured: { name: '{{ from.element.captured.name }}' } } } },
            },
          ],
        },
      ],
    },
  },
  {
    files: ['src/**/*.test.{ts,tsx}', 'src/testing/**'],
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['scripts/**', 'eslint.config.js'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: { globals: globals.node, parserOptions: { projectService: false } },
  },
  { files: ['scripts/**'], rules: { 'no-console': 'off', '@typescript-eslint/no-require-imports': 'off' } },
)
