/// Part of the list of failed files.
public struct FailurePage: Sendable, Equatable {
    public let records: [FailureRecord]
    /// How many there are in all.
    public let total: Int

    public init(records: [FailureRecord], total: Int) {
        self.records = records
        self.total = total
    }
}
