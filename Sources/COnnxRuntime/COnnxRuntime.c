#include "COnnxRuntime.h"

#include <dlfcn.h>

// The last slot before a gap proves every position before it.
#define SLOT(name) (offsetof(OrtApi, name) / sizeof(void *))
_Static_assert(SLOT(CreateEnv) == 3, "slot");
_Static_assert(SLOT(Run) == 9, "slot");
_Static_assert(SLOT(SetSessionExecutionMode) == 13, "slot");
_Static_assert(SLOT(DisableMemPattern) == 17, "slot");
_Static_assert(SLOT(DisableCpuMemArena) == 19, "slot");
_Static_assert(SLOT(SetInterOpNumThreads) == 25, "slot");
_Static_assert(SLOT(SessionGetOutputCount) == 31, "slot");
_Static_assert(SLOT(SessionGetOutputName) == 37, "slot");
_Static_assert(SLOT(GetTensorMutableData) == 51, "slot");
_Static_assert(SLOT(CastTypeInfoToTensorInfo) == 55, "slot");
_Static_assert(SLOT(GetDimensions) == 62, "slot");
_Static_assert(SLOT(GetTensorTypeAndShape) == 65, "slot");
_Static_assert(SLOT(CreateCpuMemoryInfo) == 69, "slot");
_Static_assert(SLOT(AllocatorFree) == 76, "slot");
_Static_assert(SLOT(GetAllocatorWithDefaultOptions) == 78, "slot");
_Static_assert(SLOT(ReleaseValue) == 96, "slot");
_Static_assert(SLOT(ReleaseSessionOptions) == 100, "slot");
_Static_assert(SLOT(AddSessionConfigEntry) == 130, "slot");

const OrtApiBase *glimpse_ort_api_base(void *library) {
    const OrtApiBase *(*entry)(void) = (const OrtApiBase *(*)(void))dlsym(library, "OrtGetApiBase");
    return entry ? entry() : 0;
}
