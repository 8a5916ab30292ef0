#include "graph_memory.h"

#include <sched.h>

enum { SPINS = 200 };

// A holder may have lost its processor: after some turns the waiting thread gives up its own.
void glimpse_lock(uint8_t *lock) {
    for (int turn = 1; __atomic_test_and_set(lock, __ATOMIC_ACQUIRE); turn++) {
        while (__atomic_load_n(lock, __ATOMIC_RELAXED)) {
            if (turn++ % SPINS == 0) sched_yield();
        }
    }
}
