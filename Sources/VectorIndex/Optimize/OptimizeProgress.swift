/// How far `optimize` has come.
public struct OptimizeProgress: Sendable, Equatable {
    /// What is being done. The raw value is for logs.
    public enum Phase: String, Sendable {
        case repairing, training, inserting, connecting, measuring
    }

    public let phase: Phase
    /// Vectors (rounds, when training) done and in all, of this phase.
    public let done, total: Int
}

/// What `optimize` did.
public struct OptimizeReport: Sendable, Equatable {
    /// Vectors put into the graph or the lists.
    public var inserted = 0
    /// Vectors of removed or replaced items taken out.
    public var removed = 0
    /// Nodes that no walk would have come to, and that have been given a link.
    public var reconnected = 0
    /// Whether it was told to stop before its end. What was done stays done.
    public var isCancelled = false

    public init() {}
}
