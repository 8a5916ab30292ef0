import Foundation
import TestSupport
import Testing

@testable import Ingest

@Suite struct FolderScannerTests {
    private func scan(_ folder: URL, excluding: [String] = []) throws -> (files: [String], problems: [ScanProblem]) {
        var files: [String] = []
        var problems: [ScanProblem] = []
        try FolderScanner(excluding: excluding).scan(
            folder.path, visit: { files.append($0.path) }, report: { problems.append($0) })
        return (files.map { String($0.dropFirst(folder.path.count + 1)) }.sorted(), problems)
    }

    private func write(_ names: String..., in folder: TemporaryFolder) throws {
        for name in names {
            let url = folder.url.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(name.utf8).write(to: url)
        }
    }

    @Test("picture files are found at any depth, by extension in any case, and nothing else is")
    func finds() throws {
        let folder = TemporaryFolder()
        let deep = (0..<45).map { "d\($0)" }.joined(separator: "/") + "/deep.nef"
        try write("a.jpg", "B.JPEG", "x/c.HeIc", "notes.txt", "noextension", deep, in: folder)
        let (files, problems) = try scan(folder.url)
        #expect(files == ["B.JPEG", "a.jpg", deep, "x/c.HeIc"].sorted())
        #expect(problems.isEmpty)
    }

    @Test("hidden files and folders, and excluded folders, are left out")
    func leavesOut() throws {
        let folder = TemporaryFolder()
        try write(".hidden.jpg", ".cache/a.jpg", "data/b.jpg", "kept/c.jpg", in: folder)
        let (files, _) = try scan(folder.url, excluding: [folder.path("data")])
        #expect(files == ["kept/c.jpg"])
    }

    @Test("a folder inside an excluded one is refused when it is asked for itself, with the reason")
    func insideExcluded() throws {
        let folder = TemporaryFolder()
        try write("data/thumbnails/a.jpg", in: folder)
        let error = #expect(throws: ScanProblem.self) {
            try FolderScanner(excluding: [folder.path("data")]).scan(
                folder.path("data/thumbnails"), visit: { _ in }, report: { _ in })
        }
        #expect(error?.code == "folder_is_own_data")
        #expect(error?.message.contains(folder.path("data/thumbnails")) == true)
    }

    @Test("what the system will not tell about is reported and hidden, not taken for gone")
    func unanswered() throws {
        let folder = TemporaryFolder()
        // Longer than PATH_MAX, so that stat(2) refuses the path though the folder is there.
        let name = String(repeating: "d", count: 250)
        var descriptor = open(folder.url.path, O_RDONLY | O_DIRECTORY)
        for _ in 0..<17 {
            #expect(mkdirat(descriptor, name, 0o755) == 0)
            let next = openat(descriptor, name, O_RDONLY | O_DIRECTORY)
            close(descriptor)
            descriptor = next
        }
        close(descriptor)
        defer { try? Self.remove(folder.url) }
        let (files, problems) = try scan(folder.url)
        #expect(files.isEmpty)
        #expect(problems.map(\.code) == ["folder_unreadable"])
        #expect(problems.first?.hidesContents == true)
    }

    /// Removes what is too deep for Foundation.
    private static func remove(_ folder: URL) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/rm")
        process.arguments = ["-rf", folder.path]
        try process.run()
        process.waitUntilExit()
    }

    @Test("a loop of symbolic links ends, and a folder reached twice is walked once")
    func loops() throws {
        let folder = TemporaryFolder()
        try write("real/a.jpg", in: folder)
        let manager = FileManager.default
        try manager.createSymbolicLink(atPath: folder.path("real/up"), withDestinationPath: folder.url.path)
        try manager.createSymbolicLink(atPath: folder.path("again"), withDestinationPath: folder.path("real"))
        try manager.createSymbolicLink(atPath: folder.path("self.jpg"), withDestinationPath: folder.path("self.jpg"))
        try manager.createSymbolicLink(atPath: folder.path("gone.jpg"), withDestinationPath: "/nonexistent/x.jpg")
        let (files, problems) = try scan(folder.url)
        #expect(files.count == 1)
        #expect(files.first?.hasSuffix("a.jpg") == true)
        #expect(problems.isEmpty)
    }

    @Test("names with newlines, quotes and 4-byte characters are ordinary names")
    func oddNames() throws {
        let folder = TemporaryFolder()
        let names = ["two\nlines.jpg", "quote\"'.jpg", "🏖️ пляж.jpg", "100%.jpg"]
        for name in names { try write(name, in: folder) }
        #expect(try scan(folder.url).files == names.sorted())
    }

    @Test("a name that is not UTF-8 is reported with its bytes, and the walk goes on")
    func undecodableName() throws {
        let folder = TemporaryFolder()
        try write("good.jpg", in: folder)
        let path =
            Array(folder.url.path.utf8CString.dropLast()) + [CChar(UInt8(ascii: "/")), CChar(bitPattern: 0xFF)]
            + Array(".jpg".utf8CString)
        let file = try #require(fopen(path, "w"))
        fclose(file)
        let (files, problems) = try scan(folder.url)
        #expect(files == ["good.jpg"])
        #expect(problems.map(\.code) == ["name_not_utf8"])
        #expect(problems.first?.path.hasSuffix("/\\xFF.jpg") == true)
        #expect(problems.first?.message.contains("Rename") == true)
    }

    @Test("a folder that is not there is an error that names it")
    func absentFolder() {
        let error = #expect(throws: ScanProblem.self) {
            try FolderScanner().scan("/nonexistent/pictures", visit: { _ in }, report: { _ in })
        }
        #expect(error?.message.contains("/nonexistent/pictures") == true)
        #expect(error?.hidesContents == true)
    }

    @Test(
        "a folder that may not be read is reported and hides what is in it",
        .enabled(if: getuid() != 0, "root may read everything"))
    func unreadableFolder() throws {
        let folder = TemporaryFolder()
        try write("closed/a.jpg", "open/b.jpg", in: folder)
        chmod(folder.path("closed"), 0)
        defer { chmod(folder.path("closed"), 0o755) }
        let (files, problems) = try scan(folder.url)
        #expect(files == ["open/b.jpg"])
        #expect(problems.map(\.path) == [folder.path("closed")])
        #expect(problems.first?.hidesContents == true)
    }

    @Test("a scan stops when it is asked to")
    func stops() throws {
        let folder = TemporaryFolder()
        try write("a/1.jpg", "b/2.jpg", in: folder)
        let finished = try FolderScanner().scan(
            folder.url.path, shouldStop: { true }, visit: { _ in }, report: { _ in })
        #expect(!finished)
    }
}
