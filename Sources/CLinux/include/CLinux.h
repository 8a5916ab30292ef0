/// Linux calls that Swift's Glibc overlay does not offer as plain functions.
#ifndef GLIMPSE_CLINUX_H
#define GLIMPSE_CLINUX_H

#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/// open(2) without variadic arguments.
static inline int glimpse_open(const char *path, int flags, unsigned int mode) { return open(path, flags, mode); }

/// setrlimit(2) with the resource as a plain integer (glibc declares an enum that Swift imports awkwardly).
/// Returns 0, or -1 with errno set.
int glimpse_limit_address_space(unsigned long long bytes);
int glimpse_limit_cpu_seconds(unsigned long long seconds);
int glimpse_limit_core_size(unsigned long long bytes);
int glimpse_limit_file_size(unsigned long long bytes);

/// Asks the kernel to send this process SIGKILL when its parent thread's process dies. Returns 0 or -1 with errno.
int glimpse_die_with_parent(void);

/// Neither this process nor a child of it ever gains privileges by execve(2). Returns 0 or -1 with errno.
int glimpse_no_new_privileges(void);

/// dup(2) into a descriptor that execve(2) closes. Returns it, or -1 with errno.
static inline int glimpse_duplicate_close_on_exec(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, 3); }

/// A connected pair of stream sockets that execve(2) closes. Returns 0 or -1 with errno.
static inline int glimpse_socket_pair(int descriptors[2]) {
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, descriptors);
}

/// A pipe that execve(2) closes and whose ends never block. Returns 0 or -1 with errno.
int glimpse_pipe_nonblocking(int descriptors[2]);

/// POLLRDHUP, which poll.h shows only with _GNU_SOURCE: the other side of a stream socket has closed.
enum { GLIMPSE_POLLRDHUP = 0x2000 };

/// Starts `program` with `connection` as its descriptors 0 and 1, `errors` as 2 and no others, in a process group of
/// its own (so that Ctrl-C reaches the parent only), all signals at their defaults. `arguments` and `environment` end
/// with NULL. Returns 0 with the process' id in `process`, or an errno.
int glimpse_spawn(const char *program, char *const arguments[], char *const environment[], int connection, int errors,
                  int *process);

/// What waitpid(2) reports, taken apart: macros that Swift does not see.
static inline int glimpse_ended_by_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
static inline int glimpse_exit_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : -1; }

/// mallopt(3): memory that is freed stays with the process, for the next picture or batch, up to 64 MB in each arena.
/// By default the C library returns blocks of the sizes of pictures and batches at once, and the kernel clears their
/// pages anew each time.
void glimpse_keep_freed_memory(void);

/// malloc_trim(3): gives back to the kernel what is free.
void glimpse_return_freed_memory(void);

/// memmem(3): where `needle` first lies in `haystack`, or NULL.
const void *glimpse_find_bytes(const void *haystack, size_t length, const void *needle, size_t needle_length);

#endif
