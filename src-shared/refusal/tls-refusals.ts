/** Refusals about TLS, its files, secrets and certificates for tests. */
export const TLS_REFUSALS = {
  'tls-no-certificate': 'a TLS server needs a certificate and its key, or a pre-shared key',
  'psk-no-key': 'psk-identity needs a key too: psk=env:NAME',
  'psk-not-hex': 'the pre-shared key is not hex of 1 to {most} bytes',
  'tls-no-version': 'no version of TLS lies between min-version {min} and max-version {max}',
  'tls-psk-old':
    'the TLS library of this program (BoringSSL) has pre-shared keys up to TLS 1.2 only',
  'tls-no-cipher': 'the TLS library of this program knows none of the ciphers "{ciphers}"',
  'tls-no-curve': 'the TLS library of this program does not know all the curves of "{curves}"',
  'tls-no-sigalg':
    'the TLS library of this program does not know all the signature algorithms of "{sigalgs}"',
  'tls-fixed-ciphers':
    'the TLS library of this program (BoringSSL) does not let one choose the ciphers of TLS 1.3',
  'tls-no-levels': 'the TLS library of this program (BoringSSL) has no security levels',
  'key-log-unwritable': 'the key log {path} cannot be written: {why}',
  'key-mismatch': 'the key {key} does not belong to the certificate {path}',
  'no-certificate': 'there is no certificate in {path}, or a damaged one: it takes PEM or DER',
  'no-crl':
    'there is no list of revoked certificates (CRL) in {path}, or a damaged one: it takes PEM or DER',
  'key-encrypted': 'the key {path} is encrypted, and no passphrase was given',
  'key-passphrase': 'the passphrase does not open the key {path}',
  'no-key': 'there is no private key in {path}, or a damaged one: it takes PEM',
  'pfx-old': '{path} is encrypted in an old way that this runtime does not know (RC2 or 3DES)',
  'no-pfx': '{path} is not a PKCS #12 file, or a damaged one',
  'pfx-encrypted': '{path} is encrypted, and no passphrase was given',
  'pfx-passphrase': 'the passphrase does not open {path}',
  'tls-no-file': '{path} is not a file',
  'tls-file-large': '{path} has {bytes} bytes; a certificate or key has {most} at most',
  'tls-file-unreadable': '{path} cannot be read: {why}',
  'secret-reference': 'a secret is given as secret:NAME, env:NAME or file:PATH',
  'secret-none': 'there is no secret {reference}',
  'secret-unreadable': 'cannot read the secret of file:{path} ({why})',
  'secret-long': 'the secret {reference} has more than {most} characters',
  'secret-unsaved': 'The secret holds until Wirebench ends, but could not be saved.',
  'authority-kind':
    'The authority that is there cannot sign: its key is of the kind {kind}. Use another folder, or make a new one in its place.',
  'authority-none':
    'The authority that is there cannot sign: its certificate is not that of an authority. Use another folder, or make a new one in its place.',
  'authority-differs':
    'The authority that is there cannot sign: key and certificate differ. Use another folder, or make a new one in its place.',
  'authority-expired':
    'The authority that is there cannot sign: it has expired. Use another folder, or make a new one in its place.',
  'authority-curve':
    'The authority that is there cannot sign: its key is on the curve {curve}, and only P-256 is used here. Use another folder, or make a new one in its place.',
  'authority-unreadable':
    'The authority that is there cannot sign: {why}. Use another folder, or make a new one in its place.',
  'certificate-exists': '{path} exists already',
  'certificate-for-none':
    'A server certificate is for a name or an address: give one, such as localhost.',
  'certificate-address': '{name} is an address; give it as one.',
  'certificate-name': '"{name}" is not a DNS name, such as device.local.',
  'certificate-scope':
    '{address}: a certificate has no place for a scope; leave out what follows the %.',
  'certificate-ip': '"{address}" is not an IP address, such as 192.168.1.20.',
} as const;
