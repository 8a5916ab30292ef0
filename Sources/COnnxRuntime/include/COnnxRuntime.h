#ifndef GLIMPSE_CONNXRUNTIME_H
#define GLIMPSE_CONNXRUNTIME_H

#include <stddef.h>
#include <stdint.h>

// The part of ONNX Runtime's C ABI that Glimpse calls, declared by hand: the library is opened at run time and
// brings no headers. The function table is append-only by ONNX Runtime's promise, so a slot's position never
// changes; `COnnxRuntime.c` checks the positions, the tests call every named slot of a real library.
// Spans of slots that are not called are padding.

#pragma clang assume_nonnull begin

typedef struct OrtEnv OrtEnv;
typedef struct OrtStatus OrtStatus;
typedef struct OrtMemoryInfo OrtMemoryInfo;
typedef struct OrtSession OrtSession;
typedef struct OrtValue OrtValue;
typedef struct OrtRunOptions OrtRunOptions;
typedef struct OrtTypeInfo OrtTypeInfo;
typedef struct OrtTensorTypeAndShapeInfo OrtTensorTypeAndShapeInfo;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtAllocator OrtAllocator;

/// A function that Glimpse does not call.
typedef void *_Nullable OrtUnusedSlot;

/// Every fallible function returns null on success, or a status that the caller releases.
typedef OrtStatus *_Nullable OrtResult;

/// The API version asked for: ONNX Runtime 1.18 and every later one provide it.
static const uint32_t GLIMPSE_ORT_API_VERSION = 18;

// Values of ONNX Runtime's enumerations, all of them `int`-sized in its ABI.
static const int32_t GLIMPSE_ORT_LOG_WARNING = 2;
static const int32_t GLIMPSE_ORT_LOG_ERROR = 3;
static const int32_t GLIMPSE_ORT_SEQUENTIAL = 0;
static const int32_t GLIMPSE_ORT_OPTIMIZE_ALL = 99;
static const int32_t GLIMPSE_ORT_ARENA_ALLOCATOR = 1;
static const int32_t GLIMPSE_ORT_MEMORY_DEFAULT = 0;
static const int32_t GLIMPSE_ORT_TENSOR_UNDEFINED = 0;
static const int32_t GLIMPSE_ORT_TENSOR_FLOAT = 1;
static const int32_t GLIMPSE_ORT_TENSOR_INT32 = 6;
static const int32_t GLIMPSE_ORT_TENSOR_INT64 = 7;

typedef struct OrtApi {
    OrtUnusedSlot slots0to1[2];
    const char *_Nonnull (*_Nonnull GetErrorMessage)(const OrtStatus *status);                                            // 2
    OrtResult (*_Nonnull CreateEnv)(int32_t logLevel, const char *logId, OrtEnv *_Nullable *_Nonnull out);       // 3
    OrtUnusedSlot slots4to6[3];
    OrtResult (*_Nonnull CreateSession)(const OrtEnv *env, const char *path, const OrtSessionOptions *options,
                               OrtSession *_Nullable *_Nonnull out);                                    // 7
    OrtUnusedSlot slot8;
    OrtResult (*_Nonnull Run)(OrtSession *session, const OrtRunOptions *_Nullable options,
                     const char *_Nonnull const *_Nonnull inputNames,
                     const OrtValue *_Nullable const *_Nonnull inputs, size_t inputCount,
                     const char *_Nonnull const *_Nonnull outputNames, size_t outputCount,
                     OrtValue *_Nullable *_Nonnull outputs);                                            // 9
    OrtResult (*_Nonnull CreateSessionOptions)(OrtSessionOptions *_Nullable *_Nonnull out);                      // 10
    OrtUnusedSlot slots11to12[2];
    OrtResult (*_Nonnull SetSessionExecutionMode)(OrtSessionOptions *options, int32_t mode);                     // 13
    OrtUnusedSlot slots14to16[3];
    OrtResult (*_Nonnull DisableMemPattern)(OrtSessionOptions *options);                                         // 17
    OrtUnusedSlot slot18;
    OrtResult (*_Nonnull DisableCpuMemArena)(OrtSessionOptions *options);                                        // 19
    OrtUnusedSlot slots20to22[3];
    OrtResult (*_Nonnull SetSessionGraphOptimizationLevel)(OrtSessionOptions *options, int32_t level);           // 23
    OrtResult (*_Nonnull SetIntraOpNumThreads)(OrtSessionOptions *options, int threads);                         // 24
    OrtResult (*_Nonnull SetInterOpNumThreads)(OrtSessionOptions *options, int threads);                         // 25
    OrtUnusedSlot slots26to29[4];
    OrtResult (*_Nonnull SessionGetInputCount)(const OrtSession *session, size_t *out);                          // 30
    OrtResult (*_Nonnull SessionGetOutputCount)(const OrtSession *session, size_t *out);                         // 31
    OrtUnusedSlot slot32;
    OrtResult (*_Nonnull SessionGetInputTypeInfo)(const OrtSession *session, size_t index,
                                         OrtTypeInfo *_Nullable *_Nonnull out);                         // 33
    OrtResult (*_Nonnull SessionGetOutputTypeInfo)(const OrtSession *session, size_t index,
                                          OrtTypeInfo *_Nullable *_Nonnull out);                        // 34
    OrtUnusedSlot slot35;
    OrtResult (*_Nonnull SessionGetInputName)(const OrtSession *session, size_t index, OrtAllocator *allocator,
                                     char *_Nullable *_Nonnull out);                                    // 36
    OrtResult (*_Nonnull SessionGetOutputName)(const OrtSession *session, size_t index, OrtAllocator *allocator,
                                      char *_Nullable *_Nonnull out);                                   // 37
    OrtUnusedSlot slots38to48[11];
    OrtResult (*_Nonnull CreateTensorWithDataAsOrtValue)(const OrtMemoryInfo *memory, void *data, size_t byteCount,
                                                const int64_t *_Nullable shape, size_t rank, int32_t type,
                                                OrtValue *_Nullable *_Nonnull out);                     // 49
    OrtResult (*_Nonnull IsTensor)(const OrtValue *value, int *out);                                             // 50
    OrtResult (*_Nonnull GetTensorMutableData)(OrtValue *value, void *_Nullable *_Nonnull out);                  // 51
    OrtUnusedSlot slots52to54[3];
    OrtResult (*_Nonnull CastTypeInfoToTensorInfo)(const OrtTypeInfo *info,
                                          const OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull out);    // 55
    OrtUnusedSlot slots56to59[4];
    OrtResult (*_Nonnull GetTensorElementType)(const OrtTensorTypeAndShapeInfo *info, int32_t *out);             // 60
    OrtResult (*_Nonnull GetDimensionsCount)(const OrtTensorTypeAndShapeInfo *info, size_t *out);                // 61
    OrtResult (*_Nonnull GetDimensions)(const OrtTensorTypeAndShapeInfo *info, int64_t *out, size_t count);      // 62
    OrtUnusedSlot slots63to64[2];
    OrtResult (*_Nonnull GetTensorTypeAndShape)(const OrtValue *value,
                                       OrtTensorTypeAndShapeInfo *_Nullable *_Nonnull out);             // 65
    OrtUnusedSlot slots66to68[3];
    OrtResult (*_Nonnull CreateCpuMemoryInfo)(int32_t allocatorType, int32_t memoryType,
                                     OrtMemoryInfo *_Nullable *_Nonnull out);                           // 69
    OrtUnusedSlot slots70to75[6];
    OrtResult (*_Nonnull AllocatorFree)(OrtAllocator *allocator, void *pointer);                                 // 76
    OrtUnusedSlot slot77;
    OrtResult (*_Nonnull GetAllocatorWithDefaultOptions)(OrtAllocator *_Nullable *_Nonnull out);                 // 78
    OrtUnusedSlot slots79to91[13];
    void (*_Nonnull ReleaseEnv)(OrtEnv *_Nullable env);                                                          // 92
    void (*_Nonnull ReleaseStatus)(OrtStatus *_Nullable status);                                                 // 93
    void (*_Nonnull ReleaseMemoryInfo)(OrtMemoryInfo *_Nullable info);                                           // 94
    void (*_Nonnull ReleaseSession)(OrtSession *_Nullable session);                                              // 95
    void (*_Nonnull ReleaseValue)(OrtValue *_Nullable value);                                                    // 96
    OrtUnusedSlot slot97;
    void (*_Nonnull ReleaseTypeInfo)(OrtTypeInfo *_Nullable info);                                               // 98
    void (*_Nonnull ReleaseTensorTypeAndShapeInfo)(OrtTensorTypeAndShapeInfo *_Nullable info);                   // 99
    void (*_Nonnull ReleaseSessionOptions)(OrtSessionOptions *_Nullable options);                                // 100
    OrtUnusedSlot slots101to129[29];
    OrtResult (*_Nonnull AddSessionConfigEntry)(OrtSessionOptions *options, const char *key, const char *value); // 130
} OrtApi;

typedef struct OrtApiBase {
    /// Null when the library does not know that version.
    const OrtApi *_Nullable (*_Nonnull GetApi)(uint32_t version);
    const char *_Nonnull (*_Nonnull GetVersionString)(void);
} OrtApiBase;

/// The library's entry point, or null when `library` (from `dlopen`) does not export one.
const OrtApiBase *_Nullable glimpse_ort_api_base(void *library);

#pragma clang assume_nonnull end

#endif
