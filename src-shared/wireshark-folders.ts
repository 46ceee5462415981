/** What is known of the computer that Wireshark is looked for on. */
export interface Machine {
  /** As Node's `process.platform`. */
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  isProgram: (path: string) => boolean;
}

/** What of Node's `path` is needed, of the system that is looked at. */
export interface PathRules {
  join: (...parts: string[]) => string;
  isAbsolute: (path: string) => boolean;
  readonly delimiter: string;
}

/** Where Wireshark's programs may lie: the usual folders of the system, and the search path. */
export function wiresharkFolders({ platform, env, home }: Machine, path: PathRules): string[] {
  // A folder that is not absolute depends on where we were started, where a stranger may have put
  // a program; Windows would search the current folder unasked.
  const onPath = (env['PATH'] ?? env['Path'] ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  if (platform === 'win32') {
    const roots = ['ProgramW6432', 'ProgramFiles', 'ProgramFiles(x86)'];
    return [
      ...roots.flatMap((root) => (env[root] ? [path.join(env[root], 'Wireshark')] : [])),
      ...onPath,
    ];
  }
  const mac = ['/Applications', path.join(home, 'Applications')].map((folder) =>
    path.join(folder, 'Wireshark.app/Contents/MacOS'),
  );
  return [
    ...(platform === 'darwin' ? mac : []),
    ...onPath,
    ...['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/snap/bin'],
  ];
}
