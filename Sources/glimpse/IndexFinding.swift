import VectorIndex

/// What an examination of the library's index came to.
struct IndexFinding: Encodable, Sendable {
    /// The snapshot's file.
    let snapshot: String
    /// Nil when there is none.
    var snapshotBytes: Int?
    var isWell = true
    /// Whether all is well, or what is wrong and the way out.
    var sentence = ""
    var statistics: IndexStatistics?
    var recall: RecallReport?

    init(snapshot: String) { self.snapshot = snapshot }

    private struct Line: Encodable {
        let ef: Int?
        let recall: Double
        let milliseconds: Double
    }

    private enum CodingKeys: String, CodingKey {
        case snapshot
        case snapshotBytes = "snapshot_bytes"
        case isWell = "ok"
        case sentence = "finding"
        case kind, vectors, waiting
        case memoryBytes = "memory_bytes"
        case memory, sample, k, recall
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(snapshot, forKey: .snapshot)
        try container.encode(snapshotBytes, forKey: .snapshotBytes)
        try container.encode(isWell, forKey: .isWell)
        try container.encode(sentence, forKey: .sentence)
        if let statistics {
            try container.encode(statistics.kind.rawValue, forKey: .kind)
            try container.encode(statistics.count, forKey: .vectors)
            try container.encode(statistics.waiting, forKey: .waiting)
            try container.encode(statistics.memoryBytes, forKey: .memoryBytes)
            let memory = Dictionary(statistics.memory.map { ($0.name, $0.bytes) }, uniquingKeysWith: +)
            try container.encode(memory, forKey: .memory)
        }
        if let recall {
            try container.encode(recall.sampleSize, forKey: .sample)
            try container.encode(recall.k, forKey: .k)
            let lines = recall.lines.map { Line(ef: $0.effort, recall: $0.recall, milliseconds: $0.milliseconds) }
            try container.encode(lines, forKey: .recall)
        }
    }
}
