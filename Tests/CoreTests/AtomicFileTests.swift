import Core
import Foundation
import TestSupport
import Testing

@Suite struct AtomicFileTests {
    @Test("a file is replaced whole, and no temporary file stays", arguments: [true, false])
    func replaces(durable: Bool) throws {
        let folder = TemporaryFolder()
        let url = folder.url.appendingPathComponent("a.bin")
        for content in [Data("first".utf8), Data(), Data(repeating: 7, count: 3_000_000)] {
            try AtomicFile.write(content, to: url, durable: durable)
            #expect(try Data(contentsOf: url) == content)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["a.bin"])
    }

    @Test("what a killed process left is removed after an hour, and nothing else")
    func abandoned() throws {
        let folder = TemporaryFolder()
        let hourAgo = Date(timeIntervalSinceNow: -3700)
        for (name, date) in [(".a.bin.1.2.tmp", hourAgo), (".b.bin.3.4.tmp", Date()), ("a.bin", hourAgo)] {
            try Data([1]).write(to: folder.url.appendingPathComponent(name))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: folder.path(name))
        }
        AtomicFile.removeAbandoned(in: folder.url)
        AtomicFile.removeAbandoned(in: folder.url.appendingPathComponent("missing"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() == [
                ".b.bin.3.4.tmp", "a.bin",
            ])
    }

    @Test("a folder that is not there, and a full disk, are named with the way out")
    func errors() {
        let missing = #expect(throws: FileError.self) {
            try AtomicFile.write(Data([1]), to: URL(fileURLWithPath: "/nonexistent/folder/a.bin"))
        }
        #expect(missing?.message.contains("/nonexistent/folder") == true)
        let full = FileError(operation: "write", path: "/x", errorNumber: ENOSPC)
        #expect(full.code == "disk_full")
        #expect(full.message.contains("Free some space"))
    }
}
