/// Memory that one thread changes while others read it: the lists of a graph, the places of rows. Reads and writes of
/// single numbers, atomic, so that a reader sees an old or a new one and never half of one; and locks of one byte for
/// writers.
#ifndef GLIMPSE_GRAPH_MEMORY_H
#define GLIMPSE_GRAPH_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/// What was written before the number was stored is seen after it is loaded.
static inline uint32_t glimpse_load_u32(const uint32_t *place) { return __atomic_load_n(place, __ATOMIC_ACQUIRE); }

static inline void glimpse_store_u32(uint32_t *place, uint32_t value) {
    __atomic_store_n(place, value, __ATOMIC_RELEASE);
}

static inline void *glimpse_load_place(void *const *place) { return __atomic_load_n(place, __ATOMIC_ACQUIRE); }

static inline void glimpse_store_place(void **place, void *value) { __atomic_store_n(place, value, __ATOMIC_RELEASE); }

static inline void glimpse_prefetch(const void *place) { __builtin_prefetch(place); }

/// Waits for a lock. Holders keep it for microseconds and never block.
void glimpse_lock(uint8_t *lock);

static inline void glimpse_unlock(uint8_t *lock) { __atomic_clear(lock, __ATOMIC_RELEASE); }

#endif
