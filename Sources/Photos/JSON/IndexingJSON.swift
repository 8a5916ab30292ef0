internal import Foundation
internal import Ingest
internal import WebServer

/// Where indexing stands.
struct IndexingJSON: Encodable {
    let status: IndexStatus

    enum CodingKeys: String, CodingKey {
        case state
        case jobID = "job_id"
        case phase, scanned, done, total, added, updated, skipped, failed, moved, missing, rate
        case etaSeconds = "eta_seconds"
        case currentFile = "current_file"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case error
    }

    func encode(to encoder: any Encoder) throws {
        let progress = status.progress
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status.state.rawValue, forKey: .state)
        try container.encode(status.jobID, forKey: .jobID)
        try container.encode(progress?.phase.rawValue, forKey: .phase)
        try container.encode(progress?.scanned ?? 0, forKey: .scanned)
        try container.encode(progress?.done ?? 0, forKey: .done)
        try container.encode(progress?.total ?? 0, forKey: .total)
        try container.encode(progress?.added ?? 0, forKey: .added)
        try container.encode(progress?.updated ?? 0, forKey: .updated)
        try container.encode(progress?.skipped ?? 0, forKey: .skipped)
        try container.encode(progress?.failed ?? 0, forKey: .failed)
        try container.encode(progress?.moved ?? 0, forKey: .moved)
        try container.encode(progress?.missing ?? 0, forKey: .missing)
        try container.encode(((progress?.rate ?? 0) * 10).rounded() / 10, forKey: .rate)
        try container.encode(progress?.etaSeconds?.rounded(), forKey: .etaSeconds)
        try container.encode(status.state == .running ? progress?.currentFile : nil, forKey: .currentFile)
        try container.encode(progress?.startedAt, forKey: .startedAt)
        try container.encode(status.finishedAt, forKey: .finishedAt)
        try container.encode(status.error, forKey: .error)
    }

    static let schema = APISchema.object(
        [
            .required(
                "state", .string(allowed: ["idle", "queued", "running", "succeeded", "failed", "cancelled"])),
            .required("job_id", .nullable(.integer())),
            .required("phase", .nullable(.string(allowed: ["scanning", "indexing", "finishing", "finished"]))),
            .required("scanned", .integer("Picture files met")),
            .required("done", .integer("Files worked on")),
            .required("total", .integer("Files that need work; final once the phase is past scanning")),
            .required("added", .integer()),
            .required("updated", .integer("Known files whose content had changed")),
            .required("skipped", .integer("Unchanged files")),
            .required("failed", .integer("Files that could not be indexed; see /admin/failed-files")),
            .required("moved", .integer("Known files met under another path")),
            .required("missing", .integer("Known files that are gone")),
            .required("rate", .number("Files a second")),
            .required("eta_seconds", .nullable(.number("Null while nobody can know"))),
            .required("current_file", .nullable(.string())),
            .required("started_at", .nullable(.string(format: "date-time"))),
            .required("finished_at", .nullable(.string(format: "date-time"))),
            .required("error", .nullable(.string("Why the job failed, or why it is tried again"))),
        ], "The latest indexing job")
}
