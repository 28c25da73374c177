// The cheapest server that answers HTTP/1.1: one thread, epoll, one fixed answer for each empty line that comes in.
// Generators can only be compared by a server that none of them can load fully, and by one witness: it counts what it
// answers, and for paths such as /17 keeps when request 17 was let in and answered. It is asked by lines on its input:
//   count -> count ANSWERS NANOSECONDS
//   log   -> a line "at NUMBER ACCEPTED ANSWERED" for each, then "end"; and forgets them
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

enum { most_fds = 1 << 16, answers_at_once = 64, most_logged = 1 << 16 };
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world";
// How much of an empty line each connection has seen, across packets.
static unsigned char seen[most_fds];
static long accepted_at[most_fds];
static int open_connections;
static long answers;
static struct { long number, accepted, answered; } logged[most_logged];
static int log_length;

static long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000L + now.tv_nsec;
}

// A request that comes in one piece, as all of ours do, begins with `GET /17`.
static void note(const char *in, ssize_t got, int fd) {
  if (got < 6 || in[5] < '0' || in[5] > '9' || log_length == most_logged) return;
  logged[log_length].number = atol(in + 5);
  logged[log_length].accepted = accepted_at[fd];
  logged[log_length++].answered = now_ns();
}

static void obey(void) {
  char line[64];
  ssize_t got = read(STDIN_FILENO, line, sizeof line);
  if (got <= 0) _exit(0);
  if (line[0] == 'c') printf("count %ld %ld\n", answers, now_ns());
  else {
    for (int at = 0; at < log_length; at++)
      printf("at %ld %ld %ld\n", logged[at].number, logged[at].accepted, logged[at].answered);
    printf("end\n");
    log_length = 0;
  }
  fflush(stdout);
}

static void serve(int fd, int poller) {
  static char in[(1 << 16) + 1];
  static char out[answers_at_once * (sizeof answer - 1)];
  ssize_t got = read(fd, in, sizeof in - 1);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    epoll_ctl(poller, EPOLL_CTL_DEL, fd, 0);
    close(fd);
    open_connections--;
    return;
  }
  in[got] = 0;
  size_t length = 0;
  for (ssize_t at = 0; at < got; at++) {
    unsigned char state = seen[fd];
    if (in[at] == '\r') state = state == 2 ? 3 : 1;
    else if (in[at] == '\n') state = state == 1 ? 2 : state == 3 ? 4 : 0;
    else state = 0;
    if (state == 4) {
      memcpy(out + length, answer, sizeof answer - 1);
      length += sizeof answer - 1;
      answers++;
      state = 0;
    }
    seen[fd] = state;
    if (length == sizeof out || (at == got - 1 && length > 0)) {
      if (write(fd, out, length) < 0) return;
      length = 0;
      note(in, got, fd);
    }
  }
}

int main(void) {
  // Ends with who started it.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  int yes = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, 4096) < 0) return 1;
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("port %d\n", ntohs(address.sin_port));
  fflush(stdout);
  int poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[512];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  event.data.fd = STDIN_FILENO;
  epoll_ctl(poller, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  for (;;) {
    int count = epoll_wait(poller, events, 512, -1);
    for (int at = 0; at < count; at++) {
      int fd = events[at].data.fd;
      if (fd == STDIN_FILENO) {
        obey();
        continue;
      }
      if (fd != listener) {
        serve(fd, poller);
        continue;
      }
      while ((fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0) {
        if (fd >= most_fds) {
          close(fd);
          continue;
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        seen[fd] = 0;
        accepted_at[fd] = now_ns();
        // Somebody has begun: the benchmark reckons from here.
        if (open_connections++ == 0) {
          puts("busy");
          fflush(stdout);
        }
        struct epoll_event added = {.events = EPOLLIN, .data.fd = fd};
        epoll_ctl(poller, EPOLL_CTL_ADD, fd, &added);
      }
    }
  }
}
