/*
 * Sends datagrams of 64 bytes at a steady rate: each tick sends what is due by the clock.
 * The first eight bytes are the datagram's number. Prints {"sent":N,"seconds":S}.
 *
 * A real device does not run on the receiver's processors. So the kernel is handed up to 64 datagrams at a
 * time and cuts them itself (UDP_SEGMENT, udp(7), Linux 4.18): a third of the processor time of a call for
 * each. They arrive as datagrams of their own.
 *
 * usage: udp-sender HOST PORT RATE SECONDS
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define SIZE 64
#define AT_ONCE 64

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 5) {
    fprintf(stderr, "usage: udp-sender HOST PORT RATE SECONDS\n");
    return 2;
  }
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[2]))};
  if (inet_pton(AF_INET, argv[1], &to.sin_addr) != 1) {
    fprintf(stderr, "not an IPv4 address: %s\n", argv[1]);
    return 2;
  }
  double rate = atof(argv[3]);
  long total = (long)(rate * atof(argv[4]));
  int sock = socket(AF_INET, SOCK_DGRAM, 0);
  if (sock < 0 || connect(sock, (struct sockaddr *)&to, sizeof to) != 0) {
    perror("udp-sender");
    return 1;
  }
  int size = SIZE;
  if (setsockopt(sock, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size) != 0) {
    perror("udp-sender: UDP_SEGMENT");
    return 1;
  }
  char payloads[AT_ONCE * SIZE] = {0};
  long sent = 0;
  double started = now();
  while (sent < total) {
    long due = (long)((now() - started) * rate);
    if (due > total) due = total;
    while (sent < due) {
      long count = due - sent < AT_ONCE ? due - sent : AT_ONCE;
      for (long i = 0; i < count; i++) {
        long number = sent + i;
        memcpy(payloads + i * SIZE, &number, sizeof number);
      }
      if (send(sock, payloads, (size_t)(count * SIZE), 0) == (ssize_t)(count * SIZE)) {
        sent += count;
      } else if (errno != ENOBUFS && errno != EINTR) {
        perror("udp-sender: send");
        return 1;
      }
    }
    struct timespec tick = {0, 200000};
    nanosleep(&tick, NULL);
  }
  printf("{\"sent\":%ld,\"seconds\":%.4f}\n", sent, now() - started);
  return 0;
}
