internal import COnnxRuntime

extension OnnxSession {
    /// The settings that every session has.
    static func options(_ api: OnnxAPI, intraOpThreads: Int, _ failure: (String) -> any Error) throws -> OnnxHandle {
        let options = try api.make(api.functions.ReleaseSessionOptions, failure) {
            api.functions.CreateSessionOptions(&$0)
        }
        let pointer = options.pointer
        let threads = Int32(clamping: max(1, intraOpThreads))
        try api.check(api.functions.SetIntraOpNumThreads(pointer, threads), failure)
        try api.check(api.functions.SetInterOpNumThreads(pointer, 1), failure)
        try api.check(api.functions.SetSessionExecutionMode(pointer, GLIMPSE_ORT_SEQUENTIAL), failure)
        try api.check(api.functions.SetSessionGraphOptimizationLevel(pointer, GLIMPSE_ORT_OPTIMIZE_ALL), failure)
        // Batches vary in size, and a memory plan is kept for each size that was met: 8 % more memory, no faster.
        // The arena stays on: without it the peak was half as high again.
        try api.check(api.functions.DisableMemPattern(pointer), failure)
        // Threads that wait for work sleep: the machine belongs to its user.
        try api.check(api.functions.AddSessionConfigEntry(pointer, "session.intra_op.allow_spinning", "0"), failure)
        return options
    }
}
