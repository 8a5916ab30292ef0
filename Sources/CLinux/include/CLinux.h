/// Linux calls that Swift's Glibc overlay does not offer as plain functions.
#ifndef GLIMPSE_CLINUX_H
#define GLIMPSE_CLINUX_H

#include <fcntl.h>
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

/// Asks the kernel to send this process SIGKILL when its parent thread's process dies. Returns 0 or -1 with errno.
int glimpse_die_with_parent(void);

/// memmem(3): where `needle` first lies in `haystack`, or NULL.
const void *glimpse_find_bytes(const void *haystack, size_t length, const void *needle, size_t needle_length);

#endif
