// The walls between the parts, as an ESLint rule: the table "Who may import whom" of the
// architecture, read from top to bottom; the first row whose `from` holds a file decides.
// ESLint's own no-restricted-imports sees neither where a relative path leads nor import().
import { isBuiltin } from 'node:module';
import { dirname, relative, resolve, sep } from 'node:path';

const ELECTRON = /^electron($|\/)/;
const SVELTE = /svelte|^bits-ui|^paneforge|^virtua/;
const NOTHING = /^$/;
const ANYTHING = /^/;

/**
 * `folders`: repository paths it may import from, besides its own `from`.
 * `packages`, `never`: npm packages it may and may not import; `never` wins.
 * `node`: whether Node's own modules may be imported.
 */
const WALLS = [
  {
    from: /^src-shared\//,
    folders: NOTHING,
    packages: /^zod($|\/)|^iconv-lite\/|^(js-crc\/models|protobufjs|diff)$/,
    never: NOTHING,
    node: false,
    rule: 'src-shared runs in every process: zod, small pure libraries and itself, no Node, DOM, Electron, Svelte or other src-*',
  },
  {
    from: /^src-preload\//,
    folders: /^src-shared\/contract\//,
    packages: ELECTRON,
    never: NOTHING,
    node: false,
    rule: 'the preload is only the door: electron and src-shared/contract, nothing else',
  },
  {
    from: /^src-main\/engine\//,
    folders: /^src-shared\//,
    packages: ANYTHING,
    never: new RegExp(`${ELECTRON.source}|${SVELTE.source}`),
    node: true,
    rule: 'the engine knows neither Electron nor the screen: Node, src-shared and itself, not the rest of src-main',
  },
  {
    from: /^src-main\/cli\//,
    folders: /^src-shared\/|^src-main\/engine\/|^src-main\/profiles?\b/,
    packages: ANYTHING,
    never: new RegExp(`${ELECTRON.source}|${SVELTE.source}`),
    node: true,
    rule: 'the command line runs in plain Node: the engine, src-shared and profiles, never electron',
  },
  {
    from: /^src-main\/(?!engine\/|cli\/)/,
    folders: /^src-shared\//,
    packages: ANYTHING,
    never: SVELTE,
    node: true,
    rule: 'main starts the engine as its own process and shows no page: src-shared and main, not the engine, the command line or the renderer',
  },
  {
    from: /^src-renderer\/format\//,
    folders: /^src-shared\/|^src-renderer\/i18n\/generated\//,
    packages: /^zod($|\/)/,
    never: NOTHING,
    node: false,
    rule: 'src-renderer/format is pure: src-shared and the messages, no Svelte, state or ui',
  },
  {
    from: /^src-renderer\/state\//,
    folders: /^src-shared\/|^src-renderer\/(format|i18n)\//,
    packages: ANYTHING,
    never: new RegExp(
      `${ELECTRON.source}|^svelte/store$|^bits-ui|^paneforge|^virtua|^svelte-sonner`,
    ),
    node: false,
    rule: 'src-renderer/state: runes, format, messages and src-shared; no ui, no svelte/store, no component library',
  },
  {
    from: /^src-renderer\/ui\//,
    folders: /^src-shared\/(?!contract\/bridge)|^src-renderer\/(commands|format|i18n|state)\//,
    packages: ANYTHING,
    never: new RegExp(`${ELECTRON.source}|^svelte/store$`),
    node: false,
    rule: 'src-renderer/ui: state, commands, format, messages, Svelte and component libraries; never the bridge',
  },
  {
    from: /^src-renderer\//,
    folders: /^src-shared\//,
    packages: ANYTHING,
    never: new RegExp(`${ELECTRON.source}|^svelte/store$`),
    node: false,
    rule: 'the page is sandboxed: src-shared and src-renderer, no Node, no Electron, no other src-*',
  },
];

function allowed(wall, root, file, specifier) {
  if (specifier.startsWith('.') || specifier.startsWith('/')) {
    const target = relative(root, resolve(dirname(file), specifier))
      .split(sep)
      .join('/');
    return wall.from.test(target) || wall.folders.test(target);
  }
  if (isBuiltin(specifier)) return wall.node;
  return wall.packages.test(specifier) && !wall.never.test(specifier);
}

/** The module named by an import, re-export, import() or import type; null when not a literal. */
function specifierOf(node) {
  const source = node.source ?? node.moduleReference?.expression ?? node.argument?.literal;
  return typeof source?.value === 'string' ? source : null;
}

const imports = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { wall: "'{{specifier}}' is behind a wall: {{rule}}." },
  },
  create(context) {
    const file = context.physicalFilename;
    const here = relative(context.cwd, file).split(sep).join('/');
    const wall = WALLS.find(({ from }) => from.test(here));
    if (!wall) return {};
    function check(node) {
      const source = specifierOf(node);
      if (source === null || allowed(wall, context.cwd, file, source.value)) return;
      const data = { specifier: source.value, rule: wall.rule };
      context.report({ node: source, messageId: 'wall', data });
    }
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      TSImportEqualsDeclaration: check,
      TSImportType: check,
    };
  },
};

export const walls = { rules: { imports } };
