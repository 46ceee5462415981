"""Sends BYTES zero bytes over TCP as fast as it goes and prints the seconds until the peer has closed.

usage: tcp-sender.py HOST PORT BYTES
"""
import socket
import sys
import time

host, port, total = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
block = bytes(1 << 20)
deadline = time.monotonic() + 10
while True:
    try:
        sock = socket.create_connection((host, port))
        break
    except ConnectionRefusedError:
        if time.monotonic() > deadline:
            raise
        time.sleep(0.02)
started = time.monotonic()
left = total
while left > 0:
    sock.sendall(block if left >= len(block) else block[:left])
    left -= min(left, len(block))
sock.shutdown(socket.SHUT_WR)
while sock.recv(65536):
    pass
print(time.monotonic() - started)
