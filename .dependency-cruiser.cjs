// Only what a look at one file cannot tell: cycles, imports that lead nowhere, and Electron reached
// by way of another file.
// The walls between the parts are ESLint's (scripts/eslint/walls.js).
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // A component of Svelte may contain itself: that is how a tree is drawn.
    {
      name: 'no-circular',
      severity: 'error',
      from: { path: '^(.+)$' },
      to: { circular: true, pathNot: '^$1$' },
    },
    {
      name: 'not-unresolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '^vite/client$' },
    },
    {
      name: 'no-electron-behind-engine-or-cli',
      comment: 'Both run in plain Node: no file they import may lead to electron, however far.',
      severity: 'error',
      from: { path: '^src-main/(engine|cli)/' },
      to: { path: '(^|node_modules/)electron($|/)', reachable: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', 'src-renderer/i18n/generated'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'svelte', 'browser', 'default'],
    },
  },
};
