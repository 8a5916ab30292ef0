public import Foundation

extension SQLiteCatalog {
    public func enqueue(
        kind: String, payload: Data, uniqueKey: String?, maxAttempts: Int, runAfter: Date?, now: Date
    ) async throws -> Job {
        guard maxAttempts >= 1 else {
            throw CatalogError.invalidArgument(name: "maxAttempts", reason: "it must be at least 1")
        }
        return try await write { connection in
            try JobRows.settleExpired(now: now, connection)
            if let uniqueKey, let known = try JobRows.unfinished(uniqueKey, connection) { return known }
            try connection.run(
                """
                INSERT INTO jobs (kind, payload, unique_key, state, max_attempts, run_after, created_at)
                VALUES (?, ?, ?, 'queued', ?, ?, ?)
                """,
                .text(kind), .data(payload), .text(uniqueKey), .integer(maxAttempts), .time(runAfter ?? now), .time(now)
            )
            return try JobRows.required(connection.lastInsertedRow, connection)
        }
    }

    public func lease(kinds: [String], owner: String, duration: TimeInterval, now: Date) async throws -> Job? {
        let list = try SQLValue.list(kinds)
        return try await write { connection in
            try JobRows.settleExpired(now: now, connection)
            guard let id = try JobRows.due(kinds: list, now: now, connection) else { return nil }
            try connection.run(
                """
                UPDATE jobs SET state = 'running', attempts = attempts + 1, started_at = ifnull(started_at, ?1),
                    lease_owner = ?2, lease_expires = ?3
                WHERE id = ?4
                """,
                .time(now), .text(owner), .time(now.addingTimeInterval(duration)), .integer(id))
            return try JobRows.required(id, connection)
        }
    }

    public func expireLeases(kinds: [String], now: Date) async throws {
        let list = try SQLValue.list(kinds)
        try await write { connection in
            try connection.run(
                """
                UPDATE jobs SET lease_expires = ?
                WHERE state = 'running' AND kind IN (SELECT value FROM json_each(?)) AND lease_expires > ?
                """,
                .time(now), list, .time(now))
        }
    }

    public func heartbeat(
        job id: Int64, owner: String, extend: TimeInterval, progress: Data?, now: Date
    ) async throws -> JobControl {
        try await write { connection in
            guard let job = try JobRows.job(id, connection), job.state == .running, job.leaseOwner == owner else {
                return .lost
            }
            try connection.run(
                "UPDATE jobs SET lease_expires = ?, progress = ifnull(?, progress) WHERE id = ?",
                .time(now.addingTimeInterval(extend)), .data(progress), .integer(id))
            return job.cancelRequested ? .cancelled : .proceed
        }
    }

    @discardableResult
    public func finish(job id: Int64, owner: String, outcome: JobOutcome, now: Date) async throws -> Job {
        try await write { connection in
            let job = try JobRows.required(id, connection)
            guard job.state == .running, job.leaseOwner == owner else { throw CatalogError.leaseLost(job: id) }
            switch outcome {
            case .succeeded: try JobRows.end(id, .succeeded, error: nil, now: now, connection)
            case .cancelled: try JobRows.end(id, .cancelled, error: nil, now: now, connection)
            case .abandoned(let error): try JobRows.end(id, .failed, error: error, now: now, connection)
            case .failed(let error, let delay):
                if job.cancelRequested {
                    try JobRows.end(id, .cancelled, error: error, now: now, connection)
                } else if job.attempts >= job.maxAttempts {
                    try JobRows.end(id, .failed, error: error, now: now, connection)
                } else {
                    let delay = delay ?? JobBackoff.delay(afterAttempt: job.attempts)
                    try JobRows.requeue(id, error: error, at: now.addingTimeInterval(max(0, delay)), connection)
                }
            }
            return try JobRows.required(id, connection)
        }
    }

    @discardableResult
    public func requestCancel(job id: Int64, now: Date) async throws -> Job {
        try await write { connection in
            let job = try JobRows.required(id, connection)
            switch job.state {
            case .queued: try JobRows.end(id, .cancelled, error: job.error, now: now, connection)
            case .running: try connection.run("UPDATE jobs SET cancel_requested = 1 WHERE id = ?", .integer(id))
            case .succeeded, .failed, .cancelled: break
            }
            return try JobRows.required(id, connection)
        }
    }

    public func job(_ id: Int64) async throws -> Job? {
        try await read { try JobRows.job(id, $0) }
    }

    public func runningJob(kind: String) async throws -> Job? {
        try await read { try JobRows.running(kind: kind, $0) }
    }

    public func latestJob(kind: String) async throws -> Job? {
        try await read { try JobRows.latest(kind: kind, $0) }
    }

    @discardableResult
    public func removeFinishedJobs(before: Date) async throws -> Int {
        try await write { connection in
            try connection.run(
                "DELETE FROM jobs WHERE state NOT IN ('queued', 'running') AND finished_at < ?", .time(before))
            return connection.changedRows
        }
    }
}
