import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { freePort, startProgram, startPython } from './peers';
import type { Program } from './program';
import { tempFolder } from './temp-folder';
import type { Certified } from './tls-certificates';

/*
 * Real servers from Debian's packages, each with a configuration and files of its own in the test's
 * folder, on ports of 127.0.0.1 that were free, ended by process id with the test.
 */

function installed(command: string): boolean {
  const path = `${process.env['PATH'] ?? ''}${delimiter}/usr/sbin`;
  return path.split(delimiter).some((folder) => existsSync(join(folder, command)));
}

/** Why a test of this server cannot run; null when it can. */
export function lacks(command: string, debian: string, { root = false } = {}): string | null {
  if (process.platform !== 'linux') return 'the real servers are those of Debian';
  if (!installed(command)) return `no ${command} (Debian: ${debian})`;
  if (root && process.getuid?.() !== 0)
    return `${command} gives up rights it must have: takes root`;
  return null;
}

/** As inetd does: a process for each connection, which is its standard input and output. */
const INETD = `
import os, signal, socket, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    client, _ = server.accept()
    if os.fork() == 0:
        os.dup2(client.fileno(), 0)
        os.dup2(client.fileno(), 1)
        server.close()
        client.close()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.environ["PATH"] += ":/usr/sbin"
        os.environ.update(a.split("=", 1) for a in sys.argv[2].split("\\n") if a)
        os.execvp(sys.argv[3], sys.argv[3:])
    client.close()
`;

/** The port on which connections are given to such a program. */
async function inetd(
  command: readonly string[],
  environment: Record<string, string> = {},
): Promise<number> {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const program = startPython(INETD, '', variables.join('\n'), ...command);
  return Number((await program.said(/^(\d+)\n/))[1]);
}

/** A folder that servers running as another user may go through. */
export async function openFolder(): Promise<string> {
  const folder = await tempFolder();
  await chmod(folder, 0o755);
  return folder;
}

export interface HttpServer {
  port: number;
}

/** nginx: a page, a page compressed on the fly (so in chunks), and a place that takes posts. */
export async function startNginx(): Promise<HttpServer> {
  const folder = await openFolder();
  const port = await freePort('tcp', '127.0.0.1');
  await mkdir(join(folder, 'pages'));
  await writeFile(join(folder, 'pages/index.html'), '<p>Hello</p>\n');
  await writeFile(join(folder, 'pages/long.txt'), 'a line of text\n'.repeat(2000));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${name};`)
    .join(' ');
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid nginx.pid; error_log stderr notice; events { }
     http { access_log off; ${temporary} types { text/html html; text/plain txt; }
       gzip on; gzip_types text/plain; gzip_min_length 1000;
       server { listen 127.0.0.1:${port}; root ${folder}/pages; index index.html;
         location = /post { return 200 "taken\\n"; } } }`,
  );
  // The notices of the event loop come when the port is open.
  await ended('nginx', ['-p', folder, '-e', 'stderr', '-c', 'nginx.conf']).said(/start|epoll|OS:/);
  return { port };
}

/** By SIGTERM and to its end, so that the processes it has made end with it. */
function ended(command: string, args: readonly string[]): Program {
  const path = existsSync(join('/usr/sbin', command)) ? join('/usr/sbin', command) : command;
  return startProgram(path, args);
}

/** vsftpd: anonymous, with one file to read; with a certificate only over TLS. */
export async function startVsftpd(tls: Certified | null = null): Promise<number> {
  const folder = await openFolder();
  await mkdir(join(folder, 'files'));
  await mkdir(join(folder, 'empty'));
  await writeFile(join(folder, 'files/readme.txt'), 'Read me.\r\n', { mode: 0o644 });
  await writeFile(
    join(folder, 'vsftpd.conf'),
    [
      ...['listen=NO', 'anonymous_enable=YES', `anon_root=${folder}/files`, 'ftp_username=ftp'],
      ...(tls ? ['ssl_enable=YES', 'allow_anon_ssl=YES', 'force_anon_logins_ssl=YES'] : []),
      // Data connections that resume the session of the commands are for clients that keep sessions.
      ...(tls ? ['require_ssl_reuse=NO'] : []),
      ...(tls ? [`rsa_cert_file=${tls.cert}`, `rsa_private_key_file=${tls.key}`] : []),
      ...[`secure_chroot_dir=${folder}/empty`, 'seccomp_sandbox=NO', 'xferlog_enable=NO', ''],
    ].join('\n'),
  );
  return await inetd(['vsftpd', join(folder, 'vsftpd.conf')]);
}

/** Exim: takes mail for example.com and forgets it; with a certificate it offers STARTTLS. */
export async function startExim(tls: Certified | null = null): Promise<number> {
  const folder = await openFolder();
  // It runs as its own user once it has read its configuration.
  await chmod(folder, 0o777);
  const security = tls
    ? `tls_certificate = ${tls.cert}\ntls_privatekey = ${tls.key}\ntls_advertise_hosts = *`
    : 'tls_advertise_hosts =';
  await writeFile(
    join(folder, 'exim.conf'),
    `keep_environment =
primary_hostname = mx.example.com
spool_directory = ${folder}
log_file_path = ${folder}/%slog
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
${security}
begin acl
rcpt:
  accept domains = example.com
  deny message = not ours
begin routers
none:
  driver = redirect
  data = :blackhole:
`,
    { mode: 0o644 },
  );
  return await inetd(['exim4', '-C', join(folder, 'exim.conf'), '-bs', '-odi']);
}

/** Dovecot: an empty mailbox for anyone whose password is “secret”, over POP3 and IMAP4. */
export async function startDovecot(tls: Certified | null = null) {
  const folder = await openFolder();
  const [pop3, imap4] = [await freePort('tcp', '127.0.0.1'), await freePort('tcp', '127.0.0.1')];
  await mkdir(join(folder, 'run'));
  await mkdir(join(folder, 'home'));
  await chmod(join(folder, 'home'), 0o777);
  const security = tls ? `ssl = yes\nssl_cert = <${tls.cert}\nssl_key = <${tls.key}` : 'ssl = no';
  const listener = (name: string, port: number) =>
    `service ${name}-login {\n inet_listener ${name} {\n port = ${port}\n }\n inet_listener ${name}s {\n port = 0\n }\n}`;
  await writeFile(
    join(folder, 'dovecot.conf'),
    `base_dir = ${folder}/run
state_dir = ${folder}/run
log_path = /dev/stderr
protocols = imap pop3
listen = 127.0.0.1
${security}
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:${folder}/home/mail
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}/home
}
${listener('imap', imap4)}
${listener('pop3', pop3)}
`,
  );
  await ended('dovecot', ['-F', '-c', join(folder, 'dovecot.conf')]).said(/starting up/);
  return { pop3, imap4 };
}

/** sn: a small news server with the empty group local.test. */
export async function startNews(): Promise<number> {
  const spool = await openFolder();
  const made = startProgram('/usr/bin/env', [
    `SNROOT=${spool}`,
    '/usr/sbin/snnewgroup',
    'local.test',
  ]);
  if ((await made.exited()) !== 0) throw new Error(made.stderr());
  return await inetd(['snntpd'], { SNROOT: spool });
}

/** The telnet server of inetutils, which sends back what is typed. */
export async function startTelnetd(): Promise<number> {
  return await inetd(['telnetd', '-E', '/bin/cat']);
}

/** Gophernicus: a text, and the menu of it. */
export async function startGophernicus(): Promise<number> {
  const folder = await openFolder();
  await writeFile(join(folder, 'about.txt'), 'About sockets.\n', { mode: 0o644 });
  return await inetd(['gophernicus', '-h', '127.0.0.1', '-r', folder, '-nr', '-nf', '-nh']);
}

/** Debian's Python: the modules of its packages are not those of another. */
const PYTHON = '/usr/bin/python3';

/** Why a test of a server in Python cannot run; null when it can. */
export function lacksModule(module: string, debian: string): string | null {
  if (process.platform !== 'linux') return 'the real servers are those of Debian';
  return existsSync(join('/usr/lib/python3/dist-packages', module))
    ? null
    : `no ${module} of Python (Debian: ${debian})`;
}

/** A server in Python that tells its port. */
async function pythonServer(program: string): Promise<number> {
  const server = startProgram(PYTHON, ['-u', '-c', program]);
  return Number((await server.said(/^(\d+)\n/))[1]);
}

/** Mosquitto: anyone may publish and subscribe. */
export async function startMosquitto(): Promise<number> {
  const folder = await openFolder();
  const port = await freePort('tcp', '127.0.0.1');
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`, { mode: 0o644 });
  await ended('mosquitto', ['-c', file]).said(/ running/);
  return port;
}

/** pymodbus: in register and coil n stands n. */
export async function startModbus(): Promise<number> {
  return await pythonServer(`
import asyncio
from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.device import ModbusDeviceIdentification
from pymodbus.server.async_io import ModbusTcpServer
numbers = lambda: ModbusSequentialDataBlock(1, list(range(100)))
coils = lambda: ModbusSequentialDataBlock(1, [n % 2 == 1 for n in range(100)])
unit = ModbusSlaveContext(di=coils(), co=coils(), hr=numbers(), ir=numbers())
names = {"VendorName": "Acme", "ProductCode": "P1", "MajorMinorRevision": "1.2"}
async def main():
    server = ModbusTcpServer(ModbusServerContext(slaves=unit, single=True),
        identity=ModbusDeviceIdentification(info_name=names), address=("127.0.0.1", 0))
    task = asyncio.create_task(server.serve_forever())
    await server.serving
    print(server.server.sockets[0].getsockname()[1])
    await task
asyncio.run(main())
`);
}

/** The server of Python's websockets: sends back each message, uncompressed. */
export async function startWebSocketServer(): Promise<number> {
  return await pythonServer(`
import asyncio, websockets
async def echo(socket, path=None):
    async for message in socket:
        await socket.send(message)
async def main():
    async with websockets.serve(echo, "127.0.0.1", 0) as server:
        print(server.sockets[0].getsockname()[1])
        await asyncio.Future()
asyncio.run(main())
`);
}
