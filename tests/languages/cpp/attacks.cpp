#include <arpa/inet.h>
#include <csignal>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <string>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

// Each kind tries one thing; "ESCAPED" says that it could be done.
static std::string held(bool escaped) { return escaped ? "ESCAPED" : "held"; }
static bool can_read(const char* path) {
  int file = open(path, O_RDONLY);
  char one;
  return file >= 0 && read(file, &one, 1) == 1;
}
static bool can_make(const char* path) { return open(path, O_CREAT | O_WRONLY | O_TRUNC, 0644) >= 0; }
static int deep(int n) { volatile char room[4096]; room[0] = n; return deep(n + 1) + room[0]; }

std::string attack(const std::string& kind, const std::string& outside, int server) {
  if (kind == "read") return held(can_read(outside.c_str()));
  if (kind == "passwd") return held(can_read("/etc/passwd") || can_read("/etc/shadow"));
  if (kind == "proc") return held(can_read("/proc/self/environ") || can_read("/proc/1/cmdline") ||
                                  can_read(("/proc/" + std::to_string(server) + "/environ").c_str()));
  if (kind == "sys") return held(can_read("/sys/kernel/mm/transparent_hugepage/enabled"));
  if (kind == "home") return held(can_read("/root/.bashrc") || can_read("/home/user/.bashrc"));
  if (kind == "write") return held(can_make((outside + ".new").c_str()));
  if (kind == "write here") return held(can_make("left") || can_make("/tmp/left") || can_make("/scratch/left"));
  if (kind == "overwrite itself") return held(open("./program", O_WRONLY) >= 0);
  if (kind == "unlink") return held(unlink("./program") == 0);
  if (kind == "symlink") return held(symlink("/etc/passwd", "link") == 0);
  if (kind == "chmod") return held(chmod(outside.c_str(), 0) == 0 || syscall(SYS_chmod, "./program", 0) == 0);
  if (kind == "tcp") return held(socket(AF_INET, SOCK_STREAM, 0) >= 0);
  if (kind == "udp") return held(socket(AF_INET6, SOCK_DGRAM, 0) >= 0);
  if (kind == "unix") return held(socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
  if (kind == "netlink") return held(socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
  if (kind == "socketpair") { int pair[2]; return held(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0); }
  if (kind == "system") return held(std::system("true") == 0);
  if (kind == "fork") { pid_t child = fork(); if (child == 0) _exit(0); return held(child > 0); }
  if (kind == "vfork") { long child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); if (child == 0) _exit(0); return held(child > 0); }
  if (kind == "exec") { char* const none[] = {nullptr}; execve("/bin/sh", none, none); return "held"; }
  if (kind == "ptrace") return held(ptrace(PTRACE_TRACEME, 0, 0, 0) == 0);
  if (kind == "attach") return held(ptrace(PTRACE_ATTACH, getppid(), 0, 0) == 0);
  if (kind == "kill server") return held(kill(server, 0) == 0);
  if (kind == "kill parent") return held(getppid() > 1 && kill(getppid(), 0) == 0);
  if (kind == "session") return held(setsid() >= 0 || setpgid(0, 0) == 0);
  if (kind == "mount") return held(mount("none", "/", "tmpfs", 0, "") == 0);
  if (kind == "unshare") return held(unshare(CLONE_NEWUSER) == 0);
  if (kind == "bpf") return held(syscall(SYS_bpf, 0, 0, 0) >= 0);
  if (kind == "io_uring") return held(syscall(SYS_io_uring_setup, 8, 0) >= 0 || errno == EFAULT);
  if (kind == "perf") return held(syscall(SYS_perf_event_open, 0, 0, -1, -1, 0) >= 0 || errno == EFAULT);
  if (kind == "keys") return held(syscall(SYS_keyctl, 0, -3, 0) >= 0);
  if (kind == "userfaultfd") return held(syscall(SYS_userfaultfd, 0) >= 0);
  if (kind == "memfd") return held(syscall(SYS_memfd_create, "x", 0) >= 0);
  if (kind == "shared memory") return held(shmget(IPC_PRIVATE, 4096, 0600) >= 0);
  if (kind == "own limits") { rlimit more{RLIM_INFINITY, RLIM_INFINITY}; return held(setrlimit(RLIMIT_AS, &more) == 0); }
  if (kind == "root") return held(setuid(0) == 0 || getuid() == 0);
  if (kind == "asm") {
    long result = -1;
#if defined(__x86_64__)
    asm volatile("syscall" : "=a"(result) : "a"(41), "D"(2), "S"(1), "d"(0) : "rcx", "r11", "memory");
#endif
    return held(result >= 0);
  }
  if (kind == "int80") {
    long result = -1;
#if defined(__x86_64__)
    asm volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
#endif
    return held(result > 0);
  }
  if (kind == "memory") { std::vector<char*> all; for (int i = 0; i < 64; i++) { char* p = new char[64 << 20]; p[0] = 1; all.push_back(p); } return "ESCAPED"; }
  if (kind == "loop") for (volatile int i = 0;; i++) {}
  if (kind == "sleep") { sleep(600); return "ESCAPED"; }
  if (kind == "stop") { raise(SIGSTOP); sleep(600); return "ESCAPED"; }
  if (kind == "stack") return std::to_string(deep(0));
  if (kind == "flood") for (;;) puts("flood flood flood flood flood flood");
  if (kind == "flood answers") for (;;) if (write(4, "0 v #1 - - - \n", 14) < 0) return "held";
  if (kind == "long answer") return std::string(50 << 20, 'x');
  if (kind == "early answer") { (void)!write(4, "0 v \"6f6b - - - \n1 v #1 - - - \n", 31); return "held"; }
  if (kind == "half an answer") { (void)!write(4, "0 v ", 4); _exit(0); }
  if (kind == "no answer") { close(4); sleep(600); }
  if (kind == "exit") exit(0);
  if (kind == "abort") abort();
  if (kind == "segfault") { *reinterpret_cast<volatile int*>(8) = 1; }
  if (kind == "signals") { for (int s = 1; s < 32; s++) signal(s, SIG_IGN); for (;;) {} }
  return "unknown";
}
