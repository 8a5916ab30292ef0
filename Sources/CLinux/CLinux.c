#define _GNU_SOURCE
#include "CLinux.h"

#include <malloc.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>

static int limit(int resource, unsigned long long value) {
    struct rlimit bounds = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &bounds);
}

int glimpse_limit_address_space(unsigned long long bytes) { return limit(RLIMIT_AS, bytes); }
int glimpse_limit_cpu_seconds(unsigned long long seconds) { return limit(RLIMIT_CPU, seconds); }
int glimpse_limit_core_size(unsigned long long bytes) { return limit(RLIMIT_CORE, bytes); }
int glimpse_limit_file_size(unsigned long long bytes) { return limit(RLIMIT_FSIZE, bytes); }
int glimpse_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }
int glimpse_no_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int glimpse_pipe_nonblocking(int descriptors[2]) { return pipe2(descriptors, O_CLOEXEC | O_NONBLOCK); }

_Static_assert(GLIMPSE_POLLRDHUP == POLLRDHUP, "poll.h knows it by the same number");

int glimpse_spawn(const char *program, char *const arguments[], char *const environment[], int connection, int errors,
                  int *process) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return failed;
    if ((failed = posix_spawnattr_init(&attributes))) {
        posix_spawn_file_actions_destroy(&actions);
        return failed;
    }
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    pid_t pid = 0;
    if (!(failed = posix_spawn_file_actions_adddup2(&actions, connection, 0)) &&
        !(failed = posix_spawn_file_actions_adddup2(&actions, connection, 1)) &&
        !(failed = posix_spawn_file_actions_adddup2(&actions, errors, 2)) &&
        !(failed = posix_spawn_file_actions_addclosefrom_np(&actions, 3)) &&
        !(failed = posix_spawnattr_setsigmask(&attributes, &none)) &&
        !(failed = posix_spawnattr_setsigdefault(&attributes, &all)) &&
        !(failed = posix_spawnattr_setpgroup(&attributes, 0)) &&
        !(failed = posix_spawnattr_setflags(
              &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))) {
        failed = posix_spawn(&pid, program, &actions, &attributes, arguments, environment);
    }
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    *process = pid;
    return failed;
}

const void *glimpse_find_bytes(const void *haystack, size_t length, const void *needle, size_t needle_length) {
    return memmem(haystack, length, needle, needle_length);
}

void glimpse_keep_freed_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

void glimpse_return_freed_memory(void) { malloc_trim(0); }
