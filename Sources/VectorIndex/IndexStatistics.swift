/// What an index is made of at one moment.
public struct IndexStatistics: Sendable, Equatable {
    /// One use of memory.
    public struct MemoryPart: Sendable, Equatable {
        /// `vectors`, `identifiers`…
        public let name: String
        public let bytes: Int

        public init(name: String, bytes: Int) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// How most neighbours are found: `flat`, `ivf` or `hnsw`.
    public let kind: IndexKind
    /// Items with a vector.
    public let count: Int
    /// Those of them that are compared one by one because they are not in the graph or the lists yet.
    public let waiting: Int
    /// Rows that there is room for, those of removed items included.
    public let capacity: Int
    /// Memory by use, largest uses first. Estimates from capacities, not measurements.
    public let memory: [MemoryPart]

    public init(kind: IndexKind, count: Int, waiting: Int, capacity: Int, memory: [MemoryPart]) {
        self.kind = kind
        self.count = count
        self.waiting = waiting
        self.capacity = capacity
        self.memory = memory
    }

    /// The sum of all parts.
    public var memoryBytes: Int { memory.reduce(0) { $0 + $1.bytes } }
}
