import Foundation
import TestSupport
import Testing

/// What `glimpse vectors` says when it is called wrongly or given what it cannot use.
@Suite struct VectorsMistakeTests {
    private let folder = TemporaryFolder("cli-vectors-mistakes")
    private var program: GlimpseProgram { GlimpseProgram(home: folder.url) }

    @Test("every command of vectors and of index has help")
    func help() async throws {
        for words in [["vectors", "build"], ["vectors", "search"], ["vectors", "info"], ["index", "doctor"]] {
            for line in [words + ["--help"], ["help"] + words, words + ["-h"]] {
                let outcome = try await program.run(line)
                #expect(outcome.status == 0 && outcome.errors.isEmpty)
                #expect(outcome.output.contains("Usage: glimpse \(words.joined(separator: " "))"))
                #expect(outcome.output.contains("Examples:\n  "))
            }
        }
        let group = try await program.run("vectors", "--help")
        #expect(group.output.contains("Commands:\n  build ") && group.output.contains("\n  info "))
        #expect(try await program.run("index", "--help").output.contains("\n  doctor "))
    }

    @Test(
        "a command line that makes no sense ends with 2 and a sentence",
        arguments: [
            ([], "Say what to do: build, search or info"),
            (["explode"], "“explode” is not something that vectors can do"),
            (["build"], "--input is missing"),
            (["build", "--input", "a.npy"], "--output is missing"),
            (["build", "--input", "a.npy", "--output", "x", "--kind", "tree"], "--kind is “tree”, but must be one of"),
            (["build", "--input", "a.npy", "--output", "x", "--metric", "l1"], "cosine, euclidean, dot"),
            (["build", "--input", "a.npy", "--output", "x", "--m", "3"], "--m is “3”"),
            (
                ["build", "--input", "a.npy", "--output", "x", "--m", "32", "--ef-construction", "20"],
                "from 32 to 2000"
            ),
            (
                ["build", "--input", "a.npy", "--output", "x", "--storage", "f32", "--master", "f32"],
                "--master goes with"
            ),
            (["search", "--index", "x", "--queries", "q.npy"], "--output is missing"),
            (["search", "--index", "x", "--queries", "q.npy", "--output", "i.npy", "--k", "0"], "--k is “0”"),
            (
                ["search", "--index", "x", "--queries", "q.npy", "--output", "i.npy", "--recall", "2"],
                "--recall is “2”"
            ),
            (["search", "--index", "x", "--queries", "q", "--output", "i", "--exact", "--ef", "9"], "leave out --ef"),
            (["search", "--index", "x", "--queries", "q", "--output", "i", "--distances", "i"], "the same file"),
            (["info"], "<folder> is missing"),
        ] as [([String], String)])
    func usage(words: [String], expected: String) async throws {
        let outcome = try await program.run(["vectors"] + words)
        #expect(outcome.status == 2 && outcome.output.isEmpty)
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        #expect(outcome.errors.contains("Try: glimpse vectors"))
    }

    @Test("what cannot be used ends with 1 and a sentence that names it, and leaves nothing")
    func files() async throws {
        func errors(_ words: String...) async throws -> String {
            let outcome = try await program.run(["vectors"] + words)
            #expect(outcome.status == 1 && outcome.output.isEmpty && outcome.errors.hasPrefix("glimpse: "))
            return outcome.errors
        }
        func write(_ name: String, _ rows: [[Float]]) throws {
            try VectorSet(rows: rows).write(to: folder.url.appendingPathComponent(name))
        }
        try write("good.npy", [[1, 2, 3], [4, 5, 6]])
        try write("zero.npy", [[1, 2, 3], [0, 0, 0]])
        try write("large.npy", [[1, 2, 3], [4, 70_000, 6]])
        try write("huge.npy", [[1, 2, 3], [1e19, 1e19, 6]])
        try write("long.npy", [[1, 2, 3, 4]])
        #expect(try await errors("build", "--input", "none.npy", "--output", "x").contains("none.npy"))
        #expect(try await errors("build", "--input", "zero.npy", "--output", "x").contains("Row 1 of"))
        #expect(
            try await errors("build", "--input", "large.npy", "--output", "x", "--metric", "dot")
                .contains("Row 1 of"))
        let huge = ["--metric", "euclidean", "--storage", "f32"]
        let tooLong = try await program.run(["vectors", "build", "--input", "huge.npy", "--output", "x"] + huge)
        #expect(tooLong.status == 1 && tooLong.errors.contains("scores would overflow"))
        #expect(!FileManager.default.fileExists(atPath: folder.path("x")))
        #expect(try await errors("build", "--input", "good.npy", "--output", ".").contains("holds other files"))
        #expect(try await errors("build", "--input", "good.npy", "--output", "long.npy").contains("is not a folder"))
        #expect(try await errors("info", "nowhere").contains("There is no index in"))
        #expect(try await program.run("vectors", "build", "--input", "good.npy", "--output", "x").status == 0)
        let search = ["search", "--index", "x", "--output", "ids.npy", "--queries"]
        for (queries, expected) in [
            ("long.npy", "have 4 dimensions, but those of the index 3"), ("zero.npy", "Row 1 of"),
            ("none.npy", "none.npy"),
        ] {
            let outcome = try await program.run(["vectors"] + search + [queries])
            #expect(outcome.status == 1 && outcome.errors.contains(expected), "\(outcome.errors)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("ids.npy")))
    }
}
