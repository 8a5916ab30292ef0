#include "CVectorKernels.h"

#include <pthread.h>
#include <string.h>

enum { POLYNOMIAL = 0x82f63b78 }; // Castagnoli's, bits reversed

// "Slicing by 8" (Kounavis and Berry, 2005): table[k][b] is the checksum of byte b followed by k zero bytes.
static uint32_t table[8][256];
static pthread_once_t table_once = PTHREAD_ONCE_INIT;

static void make_table(void) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t crc = byte;
        for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? (uint32_t)POLYNOMIAL : 0);
        table[0][byte] = crc;
    }
    for (int k = 1; k < 8; k++) {
        for (int byte = 0; byte < 256; byte++) {
            table[k][byte] = (table[k - 1][byte] >> 8) ^ table[0][table[k - 1][byte] & 0xff];
        }
    }
}

// Words are read as they lie in memory: the processors Swift runs on are little-endian.
static uint64_t word_at(const unsigned char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

uint32_t glimpse_crc32c_portable(uint32_t crc, const void *bytes, size_t size) {
    pthread_once(&table_once, make_table);
    const unsigned char *next = bytes;
    crc = ~crc;
    for (; size >= 8; size -= 8, next += 8) {
        uint64_t word = word_at(next) ^ crc;
        crc = 0;
        for (int k = 0; k < 8; k++) crc ^= table[7 - k][(word >> (8 * k)) & 0xff];
    }
    for (; size > 0; size--, next++) crc = (crc >> 8) ^ table[0][(crc ^ *next) & 0xff];
    return ~crc;
}

#if defined(__x86_64__)
#include <immintrin.h>

// The instruction takes three cycles but can start every cycle: three streams side by side keep it busy. They are
// joined as in Gopal et al., "Fast CRC Computation for iSCSI Polynomial Using CRC32 Instruction" (Intel, 2011): a
// checksum moves over the n bytes that follow by a carryless product with x^(8n - 33) mod the polynomial (bits
// reversed), as reading the product into a checksum of zero multiplies it with x^33.
enum { STREAM = 1024 };
static const uint32_t over_one = 0x170076fa, over_two = 0xa51b6135;

#define CRC_TARGET __attribute__((target("sse4.2,pclmul")))

CRC_TARGET static inline uint64_t moved(uint64_t crc, uint32_t constant) {
    return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)crc),
                                                            _mm_cvtsi64_si128((long long)constant), 0));
}

CRC_TARGET static uint32_t crc32c_hardware(uint32_t crc, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    uint64_t running = ~crc;
    for (; size >= 3 * STREAM; size -= 3 * STREAM, next += 3 * STREAM) {
        uint64_t second = 0, third = 0;
        for (const unsigned char *at = next; at < next + STREAM; at += 8) {
            running = _mm_crc32_u64(running, word_at(at));
            second = _mm_crc32_u64(second, word_at(at + STREAM));
            third = _mm_crc32_u64(third, word_at(at + 2 * STREAM));
        }
        running = _mm_crc32_u64(0, moved(running, over_two) ^ moved(second, over_one)) ^ third;
    }
    for (; size >= 8; size -= 8, next += 8) running = _mm_crc32_u64(running, word_at(next));
    for (; size > 0; size--, next++) running = _mm_crc32_u8((uint32_t)running, *next);
    return ~(uint32_t)running;
}

static bool has_instruction(void) { return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul"); }

#elif defined(__aarch64__)
#include <arm_acle.h>
#include <sys/auxv.h>

#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif

__attribute__((target("crc"))) static uint32_t crc32c_hardware(uint32_t crc, const void *bytes, size_t size) {
    const unsigned char *next = bytes;
    uint32_t running = ~crc;
    for (; size >= 8; size -= 8, next += 8) running = __crc32cd(running, word_at(next));
    for (; size > 0; size--, next++) running = __crc32cb(running, *next);
    return ~running;
}

static bool has_instruction(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0; }

#else

static uint32_t crc32c_hardware(uint32_t crc, const void *bytes, size_t size) {
    return glimpse_crc32c_portable(crc, bytes, size);
}

static bool has_instruction(void) { return false; }
#endif

uint32_t glimpse_crc32c(uint32_t crc, const void *bytes, size_t size) {
    return has_instruction() ? crc32c_hardware(crc, bytes, size) : glimpse_crc32c_portable(crc, bytes, size);
}
