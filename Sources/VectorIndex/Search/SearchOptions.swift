/// How much work a search is to spend. What is nil, the index decides.
public struct SearchOptions: Sendable, Equatable {
    /// The share of the true neighbours that is to be found, 0…1: the index spends what it has measured to suffice
    /// on its own vectors. 1 means exact.
    public var recall: Float?
    /// Candidates that a walk through the graph keeps, at least `k`. Goes before `recall`.
    public var ef: Int?
    /// Lists of an inverted file that are searched. Goes before `recall`.
    public var nprobe: Int?

    public init(recall: Float? = nil, ef: Int? = nil, nprobe: Int? = nil) {
        self.recall = recall
        self.ef = ef
        self.nprobe = nprobe
    }

    /// Every vector is compared.
    public static let exact = SearchOptions(recall: 1)

    var isExact: Bool { (recall ?? 0) >= 1 && ef == nil && nprobe == nil }
}
