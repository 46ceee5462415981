# A path to another computer that loses, repeats and delays packets: two TUN devices, ours and one in
# a network namespace, and what goes between them. Prints "ready"; ends when its input does.
#
#   lossy-link.py OUR_NAME OUR_IP THEIR_NAME THEIR_IP NAMESPACE SEED
import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

our_name, our_ip, their_name, their_ip, there, seed = sys.argv[1:]
chance = random.Random(int(seed))


def tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, 0x400454CA, struct.pack("16sH14x", name.encode(), 0x1001))
    return device


def ip(*words):
    subprocess.run(["ip", *words], check=True)


ours, theirs = tun(our_name), tun(their_name)
inside = ["netns", "exec", there, "ip"]
ip("link", "set", their_name, "netns", there)
ip("addr", "add", our_ip, "peer", their_ip, "dev", our_name)
ip("link", "set", our_name, "mtu", "1500", "up")
ip(*inside, "addr", "add", their_ip, "peer", our_ip, "dev", their_name)
ip(*inside, "link", "set", their_name, "mtu", "1500", "up")
print("ready", flush=True)

waiting = []
count = 0
while True:
    timeout = max(0, waiting[0][0] - time.monotonic()) if waiting else None
    ready, _, _ = select.select([ours, theirs, sys.stdin], [], [], timeout)
    if sys.stdin in ready:
        break
    for source in ready:
        packet = os.read(source, 65536)
        if packet[0] >> 4 != 4:
            continue
        luck = chance.random()
        # Never a small packet: a lost SYN would only make the test slow.
        if luck < 0.04 and len(packet) > 200:
            continue
        late = 0.004 if 0.04 < luck < 0.1 else 0.0005
        for copy in range(2 if luck > 0.97 else 1):
            count += 1
            heapq.heappush(waiting, (time.monotonic() + late * (copy + 1), count, source, packet))
    while waiting and waiting[0][0] <= time.monotonic():
        _, _, source, packet = heapq.heappop(waiting)
        os.write(theirs if source == ours else ours, packet)
