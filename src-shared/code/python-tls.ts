import type { CodePlan } from './plan';
import { pythonString } from './quote';

/**
 * The context of a TLS socket, and for a client the handshake. A secret never stands in the code: the
 * script takes it from where the address says, or asks for it.
 */
export function pythonTls(plan: CodePlan): string[] {
  return plan.listens ? [...serverContext(plan)] : [...clientContext(plan), ...handshake(plan)];
}

function clientContext(plan: CodePlan): string[] {
  const { options } = plan;
  const pinned = (options.fingerprints ?? []).length > 0;
  const trusting = options.verify === false || pinned;
  const ca = options.ca === undefined ? '' : `cafile=${pythonString(options.ca)}`;
  return [
    `context = ssl.create_default_context(${ca})`,
    ...(trusting ? ['context.check_hostname = False', 'context.verify_mode = ssl.CERT_NONE'] : []),
    ...shared(plan),
  ];
}

function serverContext(plan: CodePlan): string[] {
  const { options } = plan;
  return [
    'context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)',
    ...(options.requestCertificate === true ? ['context.verify_mode = ssl.CERT_REQUIRED'] : []),
    ...(options.ca === undefined
      ? []
      : [`context.load_verify_locations(${pythonString(options.ca)})`]),
    ...shared(plan),
  ];
}

function shared({ options }: CodePlan): string[] {
  const { cert, key, crl, alpn, ciphers, minVersion, maxVersion, keyLog } = options;
  const chain = [
    ...(cert === undefined ? [] : [pythonString(cert)]),
    ...(key === undefined ? [] : [`keyfile=${pythonString(key)}`]),
    ...(options.passphrase === undefined ? [] : [`password=${secret(options.passphrase)}`]),
  ];
  return [
    ...(cert === undefined ? [] : [`context.load_cert_chain(${chain.join(', ')})`]),
    ...(crl === undefined
      ? []
      : [
          `context.load_verify_locations(${pythonString(crl)})`,
          'context.verify_flags |= ssl.VERIFY_CRL_CHECK_CHAIN',
        ]),
    ...(alpn === undefined
      ? []
      : [`context.set_alpn_protocols([${alpn.map(pythonString).join(', ')}])`]),
    ...(ciphers === undefined ? [] : [`context.set_ciphers(${pythonString(ciphers)})`]),
    ...(minVersion === undefined ? [] : [`context.minimum_version = ${version(minVersion)}`]),
    ...(maxVersion === undefined ? [] : [`context.maximum_version = ${version(maxVersion)}`]),
    ...(keyLog === undefined ? [] : [`context.keylog_filename = ${pythonString(keyLog)}`]),
  ];
}

function version(text: string): string {
  return `ssl.TLSVersion.TLSv${text === '1.0' ? '1' : text.replace('.', '_')}`;
}

function secret(reference: string): string {
  const [, where, name = ''] = /^(env|file|secret):(.*)$/s.exec(reference) ?? [];
  if (where === 'env') return `os.environ[${pythonString(name)}]`;
  if (where === 'file') return `open(${pythonString(name)}).read().rstrip('\\r\\n')`;
  return "os.environ['PASSPHRASE']";
}

function handshake({ options, host }: CodePlan): string[] {
  const name = options.servername ?? host ?? '';
  const prints = (options.fingerprints ?? []).map((one) => one.replaceAll(':', '').toLowerCase());
  return [
    `s = context.wrap_socket(s, server_hostname=${pythonString(name)})`,
    ...(prints.length === 0
      ? []
      : [
          'import hashlib',
          'seen = hashlib.sha256(s.getpeercert(True)).hexdigest()',
          `if seen not in (${prints.map((one) => `${pythonString(one)},`).join(' ')}):`,
          "    sys.exit(f'the certificate has the fingerprint {seen}')",
        ]),
    'print(s.version(), s.cipher()[0], file=sys.stderr, flush=True)',
  ];
}
