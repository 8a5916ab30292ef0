import Foundation

/// The job table's statements, each inside a transaction.
enum JobRows {
    private static let select = """
        SELECT id, kind, payload, unique_key, state, progress, attempts, max_attempts, run_after, created_at,
            started_at, finished_at, lease_owner, lease_expires, cancel_requested, error FROM jobs
        """

    static func job(_ id: Int64, _ connection: Connection) throws -> Job? {
        try connection.first("\(select) WHERE id = ?", [.integer(id)]) { try job($0, connection) }
    }

    static func required(_ id: Int64, _ connection: Connection) throws -> Job {
        guard let job = try job(id, connection) else { throw CatalogError.noSuchJob(id) }
        return job
    }

    static func unfinished(_ uniqueKey: String, _ connection: Connection) throws -> Job? {
        try connection.first("\(select) WHERE unique_key = ? AND state IN ('queued', 'running')", [.text(uniqueKey)]) {
            try job($0, connection)
        }
    }

    static func latest(kind: String, _ connection: Connection) throws -> Job? {
        try connection.first("\(select) WHERE kind = ? ORDER BY id DESC LIMIT 1", [.text(kind)]) {
            try job($0, connection)
        }
    }

    static func running(kind: String, _ connection: Connection) throws -> Job? {
        // The job of a process that died stays leased until somebody takes it over: a live lease ends later.
        try connection.first(
            "\(select) WHERE kind = ? AND state = 'running' ORDER BY lease_expires DESC, id LIMIT 1", [.text(kind)]
        ) {
            try job($0, connection)
        }
    }

    /// The job that is due longest: queued and its time has come, or its lease has run out.
    static func due(kinds: SQLValue, now: Date, _ connection: Connection) throws -> Int64? {
        try connection.first(
            """
            SELECT id FROM jobs
            WHERE state IN ('queued', 'running') AND kind IN (SELECT value FROM json_each(?1))
                AND (CASE state WHEN 'queued' THEN run_after ELSE lease_expires END) <= ?2
            ORDER BY (CASE state WHEN 'queued' THEN run_after ELSE lease_expires END), id LIMIT 1
            """, [kinds, .time(now)]
        ) { $0.int64(0) }
    }

    /// Ends jobs whose process is gone and which shall not or may not be tried again.
    static func settleExpired(now: Date, _ connection: Connection) throws {
        try connection.run(
            """
            UPDATE jobs SET state = 'cancelled', finished_at = ?1, lease_owner = NULL, lease_expires = NULL
            WHERE state = 'running' AND lease_expires <= ?1 AND cancel_requested
            """, .time(now))
        try connection.run(
            """
            UPDATE jobs SET state = 'failed', finished_at = ?1, lease_owner = NULL, lease_expires = NULL,
                error = 'The process that ran it went away ' || attempts || ' times.'
            WHERE state = 'running' AND lease_expires <= ?1 AND attempts >= max_attempts
            """, .time(now))
    }

    static func end(_ id: Int64, _ state: JobState, error: String?, now: Date, _ connection: Connection) throws {
        try connection.run(
            """
            UPDATE jobs SET state = ?, error = ?, finished_at = ?, lease_owner = NULL, lease_expires = NULL
            WHERE id = ?
            """, .text(state.rawValue), .text(error), .time(now), .integer(id))
    }

    static func requeue(_ id: Int64, error: String, at time: Date, _ connection: Connection) throws {
        try connection.run(
            """
            UPDATE jobs SET state = 'queued', error = ?, run_after = ?, lease_owner = NULL, lease_expires = NULL
            WHERE id = ?
            """, .text(error), .time(time), .integer(id))
    }

    private static func job(_ row: Row, _ connection: Connection) throws -> Job {
        guard let state = JobState(rawValue: row.text(4)) else {
            throw CatalogError.damaged(database: connection.name, reason: "job \(row.int64(0)) has no known state")
        }
        return Job(
            id: row.int64(0), kind: row.text(1), payload: row.data(2), uniqueKey: row.optional(3) { $0.text($1) },
            state: state, progress: row.optional(5) { $0.data($1) }, attempts: row.int(6), maxAttempts: row.int(7),
            runAfter: row.time(8), createdAt: row.time(9), startedAt: row.optional(10) { $0.time($1) },
            finishedAt: row.optional(11) { $0.time($1) }, leaseOwner: row.optional(12) { $0.text($1) },
            leaseExpires: row.optional(13) { $0.time($1) }, cancelRequested: row.bool(14),
            error: row.optional(15) { $0.text($1) })
    }
}
