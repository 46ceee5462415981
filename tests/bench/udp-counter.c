/*
 * Counts the datagrams that come to a port of this computer, until none came for a second after the
 * first. Prints "ready", and then how many there were.
 *
 * usage: udp-counter PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: udp-counter PORT\n");
    return 2;
  }
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(argv[1]))};
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int sock = socket(AF_INET, SOCK_DGRAM, 0);
  int buffer = 8 * 1024 * 1024;
  if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer) != 0 ||
      bind(sock, (struct sockaddr *)&at, sizeof at) != 0) {
    perror("udp-counter");
    return 1;
  }
  puts("ready");
  fflush(stdout);
  char payload[65536];
  long count = 0;
  while (recv(sock, payload, sizeof payload, 0) >= 0) {
    if (count++ > 0) continue;
    struct timeval idle = {1, 0};
    setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
  }
  if (errno != EAGAIN && errno != EWOULDBLOCK) {
    perror("udp-counter: recv");
    return 1;
  }
  printf("%ld\n", count);
  return 0;
}
