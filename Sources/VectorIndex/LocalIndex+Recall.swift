internal import Core
internal import Foundation

/// What searches of an index find of what they should, measured on a sample of its own vectors.
public struct RecallReport: Sendable, Equatable {
    /// One way of searching.
    public struct Line: Sendable, Equatable {
        /// Candidates that the walk kept (`ef`), or lists that were looked through (`nprobe`); nil for the way that
        /// searches go by default.
        public let effort: Int?
        /// The mean share of the `k` true neighbours that were found, 0…1.
        public let recall: Double
        /// Mean time of a search on one thread.
        public let milliseconds: Double
    }

    public let sampleSize: Int
    public let k: Int
    public let lines: [Line]
}

extension LocalIndex {
    private static let probes = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 256, 512]
    private static let efforts = [10, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512]

    /// Searches for vectors of the index itself, each without itself, and compares with an exact search.
    /// - Parameters:
    ///   - sampleSize: how many vectors are tried; they come from all over the index.
    ///   - k: neighbours of each.
    public func measureRecall(sampleSize: Int = 100, k: Int = 10) throws -> RecallReport {
        let samples = try sample(sampleSize)
        let truth = try samples.map { try search($0, k: k + 1, filter: nil, minimumScore: nil, options: .exact) }
        var ways: [(Int?, SearchOptions)] = [(nil, SearchOptions())]
        let state = current
        if state.graph != nil { ways += Self.efforts.map { ($0, SearchOptions(ef: $0)) } }
        if state.graph == nil, let lists = state.partition?.count {
            ways += Self.probes.filter { $0 <= lists }.map { ($0, SearchOptions(nprobe: $0)) }
        }
        let lines = try ways.map { effort, options in
            let start = DispatchTime.now().uptimeNanoseconds
            let found = try samples.map {
                try search($0, k: k + 1, filter: nil, minimumScore: nil, options: options)
            }
            let elapsed = DispatchTime.now().uptimeNanoseconds - start
            return RecallReport.Line(
                effort: effort, recall: Self.recall(found, truth),
                milliseconds: Double(elapsed) / 1e6 / Double(max(samples.count, 1)))
        }
        return RecallReport(sampleSize: samples.count, k: k, lines: lines)
    }

    /// What searches of several efforts (`ef` or `nprobe`) found when the index last measured itself; empty before.
    public var measuredRecall: [(effort: Int, recall: Float)] {
        current.calibration.points.map { ($0.effort, $0.recall) }
    }

    /// What walks find, for `SearchOptions.recall`.
    func calibrate() throws -> Calibration {
        let report = try measureRecall()
        return Calibration(
            points: report.lines.compactMap { line in
                line.effort.map { Calibration.Point(effort: $0, recall: Float(line.recall)) }
            })
    }

    func sample(_ size: Int) throws -> [Embedding] {
        try reading { state in
            let slots = state.live.slots, step = max(slots.count / max(size, 1), 1)
            return try stride(from: 0, to: slots.count, by: step).prefix(size).map {
                try Embedding(space: space, values: master.values(slots[$0]))
            }
        }
    }

    /// A neighbour counts when it is as close as the last true one: among equals any will do. The vector itself is
    /// always found and does not count.
    private static func recall(_ found: [[Neighbor]], _ truth: [[Neighbor]]) -> Double {
        var hits = 0, wanted = 0
        for (found, truth) in zip(found, truth) {
            guard let last = truth.last else { continue }
            wanted += truth.count - 1
            hits += max(0, found.filter { $0.score >= last.score }.count - 1)
        }
        return wanted == 0 ? 1 : min(1, Double(hits) / Double(wanted))
    }
}
