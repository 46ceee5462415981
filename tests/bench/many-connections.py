"""Opens COUNT connections at once, prints the seconds until all are connected, keeps them until stdin ends.

usage: many-connections.py HOST PORT COUNT
"""
import resource
import selectors
import socket
import sys
import time

host, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
selector = selectors.DefaultSelector()
started = time.monotonic()
socks = []
waiting = 0
opened = 0
while opened < count or waiting:
    while opened < count and waiting < 512:
        sock = socket.socket()
        sock.setblocking(False)
        sock.connect_ex((host, port))
        selector.register(sock, selectors.EVENT_WRITE)
        socks.append(sock)
        opened += 1
        waiting += 1
    for key, _ in selector.select():
        error = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if error:
            raise OSError(error, "connect")
        selector.unregister(key.fileobj)
        waiting -= 1
print(time.monotonic() - started, flush=True)
sys.stdin.read()
