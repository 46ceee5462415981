import { ipVersion } from '../address/ip';
import type { CodePlan } from './plan';
import { scriptString } from './quote';

function file(path: string): string {
  return `fs.readFileSync(${scriptString(path)})`;
}

/** A secret never stands in the code: the script takes it from where the address says. */
function secret(reference: string): string {
  const [, where, name = ''] = /^(env|file|secret):(.*)$/s.exec(reference) ?? [];
  if (where === 'env') return `process.env[${scriptString(name)}]`;
  if (where === 'file') return `fs.readFileSync(${scriptString(name)}, 'utf8').trimEnd()`;
  return "process.env['PASSPHRASE']";
}

/** Entries of the options of `tls.connect` or `tls.createServer`. */
export function nodeTlsOptions({ options, listens, host }: CodePlan): string[] {
  const pinned = (options.fingerprints ?? []).length > 0;
  const name = options.servername ?? (ipVersion(host ?? '') === 0 ? host : null);
  const files = [
    ...(options.ca === undefined ? [] : [`ca: ${file(options.ca)}`]),
    ...(options.crl === undefined ? [] : [`crl: ${file(options.crl)}`]),
    ...(options.cert === undefined ? [] : [`cert: ${file(options.cert)}`]),
    ...(options.key === undefined ? [] : [`key: ${file(options.key)}`]),
    ...(options.pfx === undefined ? [] : [`pfx: ${file(options.pfx)}`]),
    ...(options.passphrase === undefined ? [] : [`passphrase: ${secret(options.passphrase)}`]),
  ];
  const limits = [
    ...(options.alpn === undefined
      ? []
      : [`ALPNProtocols: [${options.alpn.map(scriptString).join(', ')}]`]),
    ...(options.ciphers === undefined ? [] : [`ciphers: ${scriptString(options.ciphers)}`]),
    ...(options.curves === undefined ? [] : [`ecdhCurve: ${scriptString(options.curves)}`]),
    ...(options.sigalgs === undefined ? [] : [`sigalgs: ${scriptString(options.sigalgs)}`]),
    ...(options.minVersion === undefined ? [] : [`minVersion: ${version(options.minVersion)}`]),
    ...(options.maxVersion === undefined ? [] : [`maxVersion: ${version(options.maxVersion)}`]),
  ];
  const trust = listens
    ? options.requestCertificate === true
      ? ['requestCert: true', `rejectUnauthorized: ${options.verify !== false}`]
      : []
    : [
        ...(options.verify === false || pinned ? ['rejectUnauthorized: false'] : []),
        ...(name === null ? [] : [`servername: ${scriptString(name)}`]),
      ];
  return [...files, ...limits, ...trust];
}

function version(text: string): string {
  return scriptString(text === '1.0' ? 'TLSv1' : `TLSv${text}`);
}

/** What a client looks at after the handshake. */
export function nodeTlsCheck({ options }: CodePlan): string[] {
  const prints = (options.fingerprints ?? []).map((one) => one.replaceAll(':', '').toLowerCase());
  return [
    ...(prints.length === 0
      ? []
      : [
          "  const seen = s.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();",
          `  if (![${prints.map(scriptString).join(', ')}].includes(seen))`,
          '    throw new Error(`the certificate has the fingerprint ${seen}`);',
        ]),
    '  console.error(s.getProtocol(), s.getCipher().standardName);',
    ...(options.keyLog === undefined
      ? []
      : [`  s.on('keylog', (line) => fs.appendFileSync(${scriptString(options.keyLog)}, line));`]),
  ];
}
