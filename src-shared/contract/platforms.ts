/** Systems that a window can run on, by Node's names. */
export const PLATFORMS = [
  'aix',
  'darwin',
  'freebsd',
  'linux',
  'openbsd',
  'sunos',
  'win32',
  'android',
] as const;
