import { block, dotText, line } from './example';
import type { Preset } from './preset';

const http: Preset = {
  id: 'http',
  name: 'HTTP',
  standard: 'RFC 9112',
  transports: ['tcp'],
  port: 80,
  tlsPort: 443,
  upgrade: null,
  serverFirst: false,
  lineEnding: 'crlf',
  framing: 'proto:http',
  decoder: 'http',
  payloads: [
    block(
      'GET /',
      'http_get',
      'GET / HTTP/1.1\\r\\nHost: {{host}}\\r\\nAccept: */*\\r\\nConnection: close\\r\\n\\r\\n',
    ),
    block('HEAD /', 'http_head', 'HEAD / HTTP/1.1\\r\\nHost: {{host}}\\r\\n\\r\\n'),
    block('OPTIONS *', 'http_options', 'OPTIONS * HTTP/1.1\\r\\nHost: {{host}}\\r\\n\\r\\n'),
    block(
      'POST /',
      'http_post',
      'POST / HTTP/1.1\\r\\nHost: {{host}}\\r\\nContent-Type: application/json\\r\\nContent-Length: {{len text -12..}}\\r\\n\\r\\n{"on": true}',
    ),
    block(
      'POST /, chunked',
      'http_chunked',
      'POST / HTTP/1.1\\r\\nHost: {{host}}\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n5\\r\\nhello\\r\\n7\\r\\n, world\\r\\n0\\r\\n\\r\\n',
    ),
  ],
};

const gopher: Preset = {
  id: 'gopher',
  name: 'Gopher',
  standard: 'RFC 1436',
  transports: ['tcp'],
  port: 70,
  tlsPort: null,
  upgrade: null,
  serverFirst: false,
  lineEnding: 'crlf',
  framing: 'proto:gopher',
  decoder: 'gopher',
  payloads: [
    line('root menu', 'gopher_root', ''),
    line('selector', 'gopher_selector', '/about.txt'),
    line('search', 'gopher_search', '/search\\tsocket'),
  ],
};

const ftp: Preset = {
  id: 'ftp',
  name: 'FTP',
  standard: 'RFC 959',
  transports: ['tcp'],
  port: 21,
  tlsPort: 990,
  upgrade: 'AUTH TLS',
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:ftp',
  decoder: 'ftp',
  payloads: [
    line('USER anonymous', 'ftp_user'),
    line('PASS', 'ftp_pass', 'PASS guest@example.com'),
    line('SYST', 'ftp_syst'),
    line('FEAT', 'ftp_feat'),
    line('TYPE I', 'ftp_type'),
    line('PASV', 'ftp_pasv'),
    line('EPSV', 'ftp_epsv'),
    line('PORT', 'ftp_port', 'PORT 127,0,0,1,39,36'),
    line('LIST', 'ftp_list'),
    line('RETR', 'ftp_retr', 'RETR readme.txt'),
    line('AUTH TLS', 'ftp_auth'),
    line('PBSZ 0', 'ftp_pbsz'),
    line('PROT P', 'ftp_prot'),
    line('QUIT', 'quit'),
  ],
};

const nntp: Preset = {
  id: 'nntp',
  name: 'NNTP',
  standard: 'RFC 3977',
  transports: ['tcp'],
  port: 119,
  tlsPort: 563,
  upgrade: 'STARTTLS',
  serverFirst: true,
  lineEnding: 'crlf',
  framing: 'proto:nntp',
  decoder: 'nntp',
  payloads: [
    line('CAPABILITIES', 'nntp_capabilities'),
    line('MODE READER', 'nntp_reader'),
    line('LIST', 'nntp_list'),
    line('GROUP', 'nntp_group', 'GROUP local.test'),
    line('OVER', 'nntp_over', 'OVER 1-'),
    line('ARTICLE', 'nntp_article', 'ARTICLE 1'),
    line('POST', 'nntp_post'),
    dotText(
      'article text',
      'nntp_text',
      'From: Tester <tester@example.com>\nNewsgroups: local.test\nSubject: test\n\nHello from a socket.\n',
    ),
    line('STARTTLS', 'starttls'),
    line('QUIT', 'quit'),
  ],
};

/** The protocols that hand out documents, files and articles. */
export const filePresets: readonly Preset[] = [http, ftp, nntp, gopher];
