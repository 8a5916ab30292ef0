import Core
import Foundation
import Synchronization
import VectorIndex

/// Threads that share queries between them: each is answered on one of them.
struct QueryTeam: Sendable {
    let index: LocalIndex
    let k: Int
    let filter: IDFilter?
    let options: SearchOptions
    /// 1: the calling thread alone.
    let threads: Int
    /// Asked before every query.
    let isStopped: @Sendable () -> Bool

    /// What one query came to.
    struct Answer: Sendable {
        let query: Int
        let neighbors: [Neighbor]
        let milliseconds: Double
    }

    /// The answers in the order of the queries, and how long all took: by the clock, and of the process's processors.
    struct Pass: Sendable {
        let answers: [Answer]
        let seconds, processorSeconds: Double
    }

    /// Blocks until every query is answered.
    /// - Throws: `CancellationError` when it was stopped; what searches throw.
    func answer(_ queries: [Embedding]) throws -> Pass {
        let work = Work(self, queries)
        let start = ContinuousClock.now, processor = Self.processorSeconds
        let group = DispatchGroup()
        for number in 1..<max(threads, 1) {
            group.enter()
            let thread = Thread {
                work.takePart()
                group.leave()
            }
            thread.name = "glimpse.query.\(number)"
            thread.start()
        }
        work.takePart()
        group.wait()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Pass(
            answers: try work.answers(), seconds: seconds, processorSeconds: Self.processorSeconds - processor)
    }

    private static var processorSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// One pass over queries.
    private final class Work: Sendable {
        private let team: QueryTeam
        private let queries: [Embedding]
        private let next = Atomic<Int>(0)
        private let result = Mutex<Result<[Answer], any Error>>(.success([]))

        init(_ team: QueryTeam, _ queries: [Embedding]) {
            self.team = team
            self.queries = queries
        }

        func answers() throws -> [Answer] {
            try result.withLock { try $0.get() }.sorted { $0.query < $1.query }
        }

        func takePart() {
            var own: [Answer] = []
            own.reserveCapacity(queries.count / team.threads + 1)
            do {
                while case let query = next.add(1, ordering: .relaxed).oldValue, query < queries.count {
                    guard !team.isStopped() else { throw CancellationError() }
                    own.append(try answer(query))
                }
                result.withLock { $0 = $0.map { $0 + own } }
            } catch {
                next.store(queries.count, ordering: .relaxed)
                result.withLock { $0 = .failure(error) }
            }
        }

        private func answer(_ query: Int) throws -> Answer {
            let start = ContinuousClock.now
            let neighbors = try team.index.search(
                queries[query], k: team.k, filter: team.filter, minimumScore: nil, options: team.options)
            let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
            return Answer(query: query, neighbors: neighbors, milliseconds: milliseconds)
        }
    }
}
