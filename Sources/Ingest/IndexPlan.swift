internal import Catalog
internal import Core
internal import Foundation

/// What an incremental run has to do: the outcome of comparing a folder with what the catalogue knows of it.
struct IndexPlan: Sendable {
    /// A file that is new, or has changed since it was indexed.
    struct Candidate: Sendable {
        let file: ScannedFile
        /// The item that the catalogue has under this path.
        let known: ItemID?
    }

    /// In the order of their paths, so that runs over the same files give the same work.
    var candidates: [Candidate] = []
    /// Items that were marked missing and whose unchanged file is back.
    var returned: [ItemID] = []
    /// Items whose file is gone.
    var vanished: [ItemID] = []
    /// Earlier failures whose file is gone.
    var staleFailures: [String] = []
    var problems: [ScanProblem] = []
    var scanned = 0
    var skipped = 0
}

/// Compares one folder on disk with the catalogue.
struct IndexPlanner {
    private var known: [PathKey: KnownFile]
    private var failures: [PathKey: FailureRecord]
    private var plan = IndexPlan()

    init(known: [KnownFile], failures: [FailureRecord]) {
        self.known = Dictionary(known.map { (PathKey($0.path), $0) }, uniquingKeysWith: { first, _ in first })
        self.failures = Dictionary(failures.map { (PathKey($0.path), $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A source folder without a single entry is most likely a mount point whose disk or share is away, and a
    /// family's photos must not seem lost because a cable is loose.
    /// - Throws: `ScanProblem` when photos are known there and the folder is empty.
    func checkMounted(_ folder: String) throws {
        let photos = known.values.count { $0.state == .present }
        let entries = photos > 0 ? try? FileManager.default.contentsOfDirectory(atPath: folder) : nil
        guard let entries, entries.isEmpty else { return }
        throw ScanProblem(
            code: "folder_empty", path: folder,
            message:
                "\(folder) is empty, although \(photos) photos are known there. If it is a disk or a network share, "
                + "mount it and index again. If you emptied it on purpose, put any file into it and index again.",
            hidesContents: true)
    }

    /// Walks `folder` and plans. Nil when `shouldStop` answered true.
    mutating func plan(
        _ folder: String, scanner: FolderScanner, shouldStop: () -> Bool, onScanned: (Int) -> Void
    ) throws -> IndexPlan? {
        let finished = try scanner.scan(
            folder, shouldStop: shouldStop,
            visit: { file in
                visit(file)
                onScanned(plan.scanned)
            },
            report: { plan.problems.append($0) })
        guard finished else { return nil }
        plan.candidates.sort { $0.file.path < $1.file.path }
        concludeAbsences()
        // An earlier failure to open the folder itself.
        plan.staleFailures.append(folder)
        return plan
    }

    private mutating func visit(_ file: ScannedFile) {
        plan.scanned += 1
        let version = FileVersion(size: file.size, modifiedNanoseconds: file.modifiedNanoseconds)
        let failure = failures.removeValue(forKey: PathKey(file.path))
        let item = known.removeValue(forKey: PathKey(file.path))
        // A failure without a version says nothing about the file: it could not be looked at.
        if let failure, failure.file == version {
            plan.skipped += 1
        } else if let item, item.file == version, item.hasEmbedding {
            plan.skipped += 1
            if item.state == .missing { plan.returned.append(item.id) }
            // It failed as another version meanwhile, or could not be looked at.
            if failure != nil { plan.staleFailures.append(file.path) }
        } else {
            plan.candidates.append(IndexPlan.Candidate(file: file, known: item?.id))
        }
    }

    /// What is left in the tables was not met. It is gone, unless it lies where the scan could not look.
    private mutating func concludeAbsences() {
        let hidden = plan.problems.filter(\.hidesContents).map { PathKey($0.path) }
        func isHidden(_ path: PathKey) -> Bool { hidden.contains { path == $0 || path.isBelow($0) } }
        plan.vanished = known.filter { $1.state == .present && !isHidden($0) }.map(\.value.id).sorted()
        let reported = Set(plan.problems.map { PathKey($0.path) })
        plan.staleFailures += failures.keys.filter { !reported.contains($0) && !isHidden($0) }.map(\.path).sorted()
    }
}
