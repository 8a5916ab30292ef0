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
        // Threads that wait for work sleep: the machine belongs to its user.
        try api.check(api.functions.AddSessionConfigEntry(pointer, "session.intra_op.allow_spinning", "0"), failure)
        return options
    }
}
