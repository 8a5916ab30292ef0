#define _GNU_SOURCE
#include "CLinux.h"

#include <signal.h>
#include <string.h>

static int limit(int resource, unsigned long long value) {
    struct rlimit bounds = {.rlim_cur = value, .rlim_max = value};
    return setrlimit(resource, &bounds);
}

int glimpse_limit_address_space(unsigned long long bytes) { return limit(RLIMIT_AS, bytes); }
int glimpse_limit_cpu_seconds(unsigned long long seconds) { return limit(RLIMIT_CPU, seconds); }
int glimpse_limit_core_size(unsigned long long bytes) { return limit(RLIMIT_CORE, bytes); }
int glimpse_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL); }

const void *glimpse_find_bytes(const void *haystack, size_t length, const void *needle, size_t needle_length) {
    return memmem(haystack, length, needle, needle_length);
}
