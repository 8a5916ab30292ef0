import Catalog
import Core
import Foundation
import Testing

@Suite struct FailureTests {
    private func failure(_ path: String, _ code: String = "picture_truncated", at seconds: Double = 0) -> FailureRecord
    {
        FailureRecord(
            path: path, code: code, reason: "\(path) ends early.", file: FileVersion(size: 3, modifiedNanoseconds: 4),
            failedAt: Clock.start.addingTimeInterval(seconds))
    }

    @Test("a file that fails again has its newest reason and one attempt more", arguments: CatalogMaker.all)
    func again(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            try await catalog.recordFailures([failure("/a"), failure("/b", at: 1)], in: photos)
            try await catalog.recordFailures([failure("/a", "file_empty", at: 2)], in: photos)
            let page = try await catalog.failedFiles(in: photos, offset: 0, limit: 10)
            #expect(page.total == 2)
            #expect(page.records.map(\.path) == ["/a", "/b"], "the latest first")
            #expect(page.records.map(\.code) == ["file_empty", "picture_truncated"])
            #expect(page.records.map(\.attempts) == [2, 1])
            #expect(page.records[0].file == FileVersion(size: 3, modifiedNanoseconds: 4))
            #expect(page.records[0].failedAt == Clock.start.addingTimeInterval(2))
            #expect(try await catalog.failedFiles(in: photos, offset: 1, limit: 10).records.map(\.path) == ["/b"])
        }
    }

    @Test("a file that is stored or found again is no failure any more", arguments: CatalogMaker.all)
    func cured(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let id = try await catalog.store([sample("/c.jpg")], in: photos)[0]
            try await catalog.recordFailures([failure("/a.jpg"), failure("/b.jpg"), failure("/c.jpg")], in: photos)
            let known = try await catalog.failedFiles(in: photos, offset: 0, limit: 9).records
            #expect(known.first { $0.path == "/c.jpg" }?.itemID == id)
            #expect(known.first { $0.path == "/a.jpg" }?.itemID == nil)
            _ = try await catalog.store([sample("/a.jpg")], in: photos)
            try await catalog.relocate(id, to: "/b.jpg", file: FileVersion(size: 1, modifiedNanoseconds: 1))
            #expect(try await catalog.failedFiles(in: photos, offset: 0, limit: 9).records.map(\.path) == ["/c.jpg"])
        }
    }

    @Test("failures under a folder, and their reset", arguments: CatalogMaker.all)
    func underAndReset(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let paths = ["/p/1", "/p/q/2", "/pq/3", "/4"]
            try await catalog.recordFailures(paths.map { failure($0) }, in: photos)
            #expect(try await Set(catalog.failures(under: "/p/", in: photos).map(\.path)) == ["/p/1", "/p/q/2"])
            #expect(try await Set(catalog.failures(under: "/", in: photos).map(\.path)) == Set(paths))
            #expect(try await catalog.resetFailures(paths: ["/p/1", "/never"], in: photos) == 1)
            #expect(try await catalog.resetFailures(paths: nil, in: photos) == 3)
            #expect(try await catalog.resetFailures(paths: nil, in: photos) == 0)
            #expect(
                try await catalog.failedFiles(in: photos, offset: 0, limit: 9) == FailurePage(records: [], total: 0))
        }
    }

    @Test("a failure without a file version is kept as such", arguments: CatalogMaker.all)
    func withoutVersion(_ maker: CatalogMaker) async throws {
        try await maker.with { catalog, photos in
            let record = FailureRecord(
                path: "/a\n\"'", code: "file_vanished", reason: "", file: nil, failedAt: Clock.start, attempts: 77)
            try await catalog.recordFailures([record], in: photos)
            #expect(
                try await catalog.failures(under: "/", in: photos) == [
                    FailureRecord(
                        path: "/a\n\"'", code: "file_vanished", reason: "", file: nil, failedAt: Clock.start,
                        attempts: 1)
                ])
        }
    }
}
