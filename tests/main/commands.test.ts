import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { CommandError } from '../../src-main/command-error';
import { answerCommand, bindCommands, type Caller, type Handlers } from '../../src-main/commands';
import { mainCommands } from '../../src-shared/contract/main';
import type { SecretList } from '../../src-shared/contract/secret';
import { settings } from '../../src-shared/contract/settings';

const nobody: Caller = { sendPort: () => undefined };

/** Handlers that note who was called; each answers as the contract says. */
function handlers(called: unknown[], changed: Partial<Handlers> = {}): Handlers {
  const note = <Answer>(name: string, answer: Answer) => {
    return (params: unknown): Answer => {
      called.push([name, params]);
      return answer;
    };
  };
  const all = settings.parse({});
  const noSecrets: SecretList = { names: [], unreadable: [], kept: 'encrypted' };
  return {
    appInfo: note('appInfo', {
      version: '1',
      electron: '1',
      chrome: '1',
      node: '1',
      platform: 'linux' as const,
      packaged: false,
      systemLanguage: 'en' as const,
      wireshark: null,
      captureFolder: '/c',
      hostname: 'h',
    }),
    connectEngine: note('connectEngine', {}),
    getSettings: note('getSettings', all),
    changeSettings: note('changeSettings', all),
    chooseWireshark: note('chooseWireshark', all),
    chooseFile: note('chooseFile', { path: null }),
    choosePayloadFile: note('choosePayloadFile', { path: null }),
    payloadFile: note('payloadFile', { bytes: new Uint8Array() }),
    secretNames: note('secretNames', noSecrets),
    setSecret: note('setSecret', noSecrets),
    deleteSecret: note('deleteSecret', noSecrets),
    makeCertificates: note('makeCertificates', { folder: null, files: [] }),
    definitions: note('definitions', { definitions: [], problems: [] }),
    saveDefinition: note('saveDefinition', {}),
    deleteDefinition: note('deleteDefinition', {}),
    importDefinitions: note('importDefinitions', { imported: [], problems: [] }),
    exportDefinition: note('exportDefinition', { path: null }),
    profiles: note('profiles', { profiles: [], problems: [] }),
    saveProfile: note('saveProfile', {}),
    deleteProfile: note('deleteProfile', {}),
    importProfiles: note('importProfiles', { imported: [], problems: [] }),
    exportProfiles: note('exportProfiles', { saved: null, count: 0 }),
    openCaptureFile: note('openCaptureFile', { socket: null }),
    saveCapture: note('saveCapture', { path: null }),
    exportRows: note('exportRows', { path: null, cancelled: true, rows: 0, bytes: 0 }),
    sendFile: note('sendFile', { sent: null }),
    showExported: note('showExported', {}),
    openInWireshark: note('openInWireshark', {}),
    showCaptureFolder: note('showCaptureFolder', {}),
    ...changed,
  };
}

describe('answerCommand', () => {
  test('passes checked parameters on and answers with the result', async () => {
    const called: unknown[] = [];
    const commands = bindCommands(handlers(called));
    const params = { theme: 'dark' };
    const answer = await answerCommand(commands, 'changeSettings', params, nobody);
    expect(answer).toEqual({ ok: true, result: settings.parse({}) });
    // Only the key given: a change of one setting must not reset the others.
    expect(called).toEqual([['changeSettings', { theme: 'dark' }]]);
  });

  test.each([
    '__proto__',
    'constructor',
    'toString',
    'nope',
    '',
    5,
    null,
    undefined,
    {},
    ['appInfo'],
  ])('refuses the name %j', async (name) => {
    const called: unknown[] = [];
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const answer = await answerCommand(bindCommands(handlers(called)), name, {}, nobody);
    expect(answer).toMatchObject({ ok: false, error: { code: 'unknown-command' } });
    expect(called).toEqual([]);
  });

  test.each([
    ['changeSettings', { theme: 'pink' }],
    ['changeSettings', { wiresharkPath: '/bin/sh' }],
    ['changeSettings', { unknown: 1 }],
    ['saveCapture', { socket: '1' }],
    ['exportRows', { job: 'a', socket: 1, format: 'xlsx' }],
    ['exportRows', { job: 'a', socket: 1, format: 'csv', path: '/etc/passwd', rows: [] }],
    ['showExported', { path: '/etc' }],
    ['payloadFile', { path: '' }],
    ['sendFile', { socket: 1, path: '/etc/passwd' }],
    ['openInWireshark', { socket: 0 }],
    ['deleteProfile', { id: '../../etc' }],
    ['exportProfiles', { ids: [] }],
    ['getSettings', null],
    ['saveProfile', { profile: { version: 1, name: 'x' } }],
  ])('refuses %s with %j before its handler', async (name, params) => {
    const called: unknown[] = [];
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const answer = await answerCommand(bindCommands(handlers(called)), name, params, nobody);
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad-params' } });
    expect(called).toEqual([]);
  });

  test('an answer that is not in the contract does not leave', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const bad = { openCaptureFile: () => ({ socket: -1 }) };
    const answer = await answerCommand(
      bindCommands(handlers([], bad)),
      'openCaptureFile',
      {},
      nobody,
    );
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
  });

  test('tells a user what a user can use, and keeps the rest for the log', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const fail = async (error: Error) => {
      const thrown = handlers([], { showCaptureFolder: () => Promise.reject(error) });
      return answerCommand(bindCommands(thrown), 'showCaptureFolder', {}, nobody);
    };
    expect(await fail(new CommandError('no-wireshark', { message: 'Not found.' }))).toEqual({
      ok: false,
      error: { code: 'no-wireshark', message: 'Not found.' },
    });
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(await fail(denied)).toMatchObject({ ok: false, error: { code: 'EACCES' } });
    const bug = await fail(new TypeError('x of undefined'));
    expect(JSON.stringify(bug)).not.toContain('undefined');
    expect(bug).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(log).toHaveBeenLastCalledWith('[ipc] showCaptureFolder:', expect.any(TypeError));
  });

  test('answers anything whatever with an answer', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const commands = bindCommands(handlers([]));
    const names = fc.constantFrom(...Object.keys(mainCommands));
    await fc.assert(
      fc.asyncProperty(names, fc.anything(), async (name, params) => {
        expect(await answerCommand(commands, name, params, nobody)).toHaveProperty('ok');
      }),
      { numRuns: 500 },
    );
  });
});
