import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
    private let folder = TemporaryFolder("cli")
    private var program: GlimpseProgram { GlimpseProgram(home: folder.url) }

    @Test(
        "every command has help with a usage line, its options and examples",
        arguments: [
            "index", "search", "serve", "embed", "models", "status", "config", "vectors",
        ])
    func help(command: String) async throws {
        for words in [[command, "--help"], ["help", command], [command, "-h"]] {
            let outcome = try await program.run(words)
            #expect(outcome.status == 0)
            #expect(outcome.errors.isEmpty)
            #expect(outcome.output.contains("Usage: glimpse \(command)"))
            #expect(outcome.output.contains("Examples:\n  "))
            #expect(outcome.output.contains("--help"))
        }
    }

    @Test("the program's help lists every command, and the version is a plain line")
    func overview() async throws {
        let help = try await program.run("--help")
        #expect(help.status == 0)
        for command in ["index", "search", "serve", "embed", "models", "status", "config", "vectors"] {
            #expect(help.output.contains("\n  \(command) "))
        }
        let version = try await program.run("--version")
        #expect(version.output.wholeMatch(of: /glimpse \d+\.\d+\.\d+\n/) != nil)
    }

    @Test(
        "a command line that makes no sense ends with 2, a sentence and where to look",
        arguments: [
            ([], "Usage: glimpse"),
            (["serch"], "There is no command “serch”"),
            (["search"], "Give either a text or --image"),
            (["search", "a", "b"], "“b” is one argument too many"),
            (["search", "cat", "--image", "x.jpg"], "Give either a text or --image"),
            (["search", "cat", "--top", "0"], "--top is “0”, but must be a whole number from 1 to 1000"),
            (["search", "cat", "--top", "many"], "--top is “many”"),
            (["search", "cat", "--top"], "--top needs a value"),
            (["search", "cat", "--json=yes"], "--json takes no value"),
            (["search", "cat", "--colour"], "There is no option “--colour”"),
            (["search", "cat", "-x"], "There is no option “-x”"),
            (["search", "cat", "--top", "1", "--top", "2"], "--top is given twice"),
            (["serve", "--port", "70000"], "--port is “70000”"),
            (["embed"], "Give either --text or --image"),
            (["models", "explode"], "“explode” is not something that models can do"),
            (["index"], "No folder has been indexed yet"),
        ] as [([String], String)])
    func usage(words: [String], expected: String) async throws {
        let outcome = try await program.run(words)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(expected))
    }

    @Test(
        "what cannot be done ends with 1 and one sentence that names it",
        arguments: [
            (["index", "/nonexistent/pictures"], "Could not open /nonexistent/pictures"),
            (["serve", "--photos", "/nonexistent/pictures"], "Could not open /nonexistent/pictures"),
            (["serve", "--host", "0.0.0.0"], "GLIMPSE_"),
        ] as [([String], String)])
    func failures(words: [String], expected: String) async throws {
        let outcome = try await program.run(words)
        #expect(outcome.status == 1)
        #expect(outcome.errors.hasPrefix("glimpse: "))
        #expect(outcome.errors.contains(expected))
    }

    @Test("an output that takes no more, such as a log on a full disk, does not end the program")
    func fullOutput() async throws {
        let program = GlimpseProgram(home: folder.url)
        for words in [["config"], ["frobnicate"]] {
            let process = program.process(words)
            let full = try #require(FileHandle(forWritingAtPath: "/dev/full"))
            (process.standardOutput, process.standardError) = (full, full)
            try await process.runToEnd()
            #expect(process.terminationReason == .exit)
            #expect(process.terminationStatus == (words == ["config"] ? 0 : 2))
        }
    }

    @Test("flags come before the environment, the environment before .env, and secrets are not shown")
    func config() async throws {
        try Data("GLIMPSE_PORT=7001\r\nexport GLIMPSE_THREADS='1'\r\n# note\n\nGLIMPSE_API_KEY=hush\n".utf8)
            .write(to: folder.url.appendingPathComponent(".env"))
        var program = program
        program.environment = ["GLIMPSE_PORT": "7002"]
        let outcome = try await program.run("config")
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("GLIMPSE_PORT=7002   # environment"))
        #expect(outcome.output.contains("GLIMPSE_THREADS=1   # .env"))
        #expect(outcome.output.contains("GLIMPSE_API_KEY=(set)   # .env"))
        #expect(!outcome.output.contains("hush"))
        #expect(outcome.output.contains("GLIMPSE_HOST=127.0.0.1   # default"))
    }

    @Test(
        "a .env file of another program is named with the way out",
        arguments: [
            (Data([0x4E, 0x3D, 0xE9, 0x0A]), "cannot be read as UTF-8 text"),
            (Data("A=1\nsource other.sh\n".utf8), "line 2 is not of the form NAME=value"),
        ])
    func foreignEnv(content: Data, reason: String) async throws {
        let file = folder.url.appendingPathComponent(".env")
        try content.write(to: file)
        let outcome = try await program.run("config")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(reason) && outcome.errors.contains(file.lastPathComponent))
        #expect(outcome.errors.contains("run Glimpse in another folder"))
    }

    @Test(
        "a setting that cannot be used is named with what it accepts",
        arguments: [
            (
                "GLIMPSE_PORT", "http",
                "GLIMPSE_PORT is “http” (environment), but must be a whole number from 0 to 65535"
            ),
            ("GLIMPSE_WATCH", "perhaps", "GLIMPSE_WATCH is “perhaps” (environment), but must be 1 or 0"),
            ("GLIMPSE_MODEL", "no-such-model", "no-such-model"),
            ("ONNXRUNTIME_LIB", "/nonexistent/lib.so", "make deps"),
        ])
    func badSettings(name: String, value: String, expected: String) async throws {
        var program = program
        program.environment = [name: value]
        let outcome = try await program.run("embed", "--text", "cat")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains(expected))
    }
}
