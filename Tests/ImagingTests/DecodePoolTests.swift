import CLinux
import Core
import Foundation
import Testing
import TestSupport

@testable import Imaging

@Suite struct DecodePoolTests {
    let folder = TemporaryFolder()

    private func goodPicture() throws -> String {
        let path = folder.path("good.png")
        try PictureFactory.write(try PictureFactory.blobs(seed: 3), to: path)
        return path
    }

    private func error(of pool: DecodePool, _ path: String = "/pictures/a.jpg") async -> DecodeError? {
        await #expect(throws: DecodeError.self) {
            try await pool.extract(ExtractionRequest(path: path, modelInputs: []))
        }
    }

    /// Waits until the script has written into the pipe `begun`: it has its request by then.
    private func begun() async throws {
        let path = folder.path("begun")
        _ = try await BlockingExecutor(name: "test", threads: 1).run {
            try FileHandle(forReadingFrom: URL(fileURLWithPath: path)).readToEnd()
        }
    }

    @Test("a crash fails that one file and names the signal", arguments: [("SEGV", "SIGSEGV"), ("ABRT", "SIGABRT")])
    func crash(signal: String, name: String) async throws {
        let pool = try Pools.misbehaving("kill -\(signal) $$")
        let failure = await error(of: pool)
        #expect(failure?.kind == .decoderCrashed)
        #expect(failure?.path == "/pictures/a.jpg")
        #expect(failure?.reason.contains(name) == true)
        await pool.shutdown()
    }

    @Test("a decoder that gives up without a word has crashed, too")
    func exits() async throws {
        let pool = try Pools.misbehaving("exit 3")
        #expect(await error(of: pool)?.reason.contains("exit status 3") == true)
        await pool.shutdown()
    }

    @Test("a decoder that hangs is stopped after the time allowed")
    func hangs() async throws {
        let pool = try Pools.misbehaving("exec sleep 600", limits: DecodeLimits(timeout: 0.2))
        #expect(await error(of: pool)?.kind == .decoderTimedOut)
        #expect(pool.idleProcesses.isEmpty && pool.busyProcesses.isEmpty)
        await pool.shutdown()
    }

    @Test("a decoder that dribbles bytes is stopped after the time allowed")
    func dribbles() async throws {
        let script = #"printf '\377\000\000\000'; while :; do printf ' '; sleep 0.05; done"#
        let pool = try Pools.misbehaving(script, limits: DecodeLimits(timeout: 0.3))
        #expect(await error(of: pool)?.kind == .decoderTimedOut)
        await pool.shutdown()
    }

    @Test("a decoder that aborts for want of memory is said to be out of memory")
    func outOfMemoryAbort() async throws {
        let pool = try Pools.misbehaving("echo 'GLib-ERROR **: failed to allocate 9 bytes' >&2; kill -TRAP $$")
        #expect(await error(of: pool)?.kind == .decoderOutOfMemory)
        await pool.shutdown()
    }

    @Test("a picture that needs more memory than allowed fails, and the next one is decoded")
    func outOfMemory() async throws {
        let pool = try Pools.real(workers: 1, limits: DecodeLimits(maxMemoryBytes: 80 << 20))
        let large = [UInt8](repeating: 90, count: 6000 * 5000 * 3)
        try PictureFactory.write(large, width: 6000, height: 5000, bands: 3, to: folder.path("large.png[interlace]"))
        #expect(await error(of: pool, folder.path("large.png"))?.kind == .decoderOutOfMemory)
        #expect(try await Pools.failure(goodPicture(), pool: pool) == nil)
        await pool.shutdown()
    }

    @Test(
        "an answer that cannot be honest fails the file and does no more",
        arguments: [
            #"head -c 4000 /dev/urandom"#, #"printf '\377\377\377\377'"#, #"printf '\004\000\000\000nope'"#,
            #"printf '\002\000\000\000{}'"#, #"printf '\014\000\000\000{"blobs":[1]}'; printf x"#,
            #"printf '\014\000\000\000{"blobs":[-1]}'"#,
            #"printf '\030\000\000\000{"blobs":[999999999999]}'"#,
        ])
    func dishonest(script: String) async throws {
        let pool = try Pools.misbehaving(script + "; exec sleep 600", limits: DecodeLimits(timeout: 2))
        let failure = await error(of: pool)
        #expect(failure?.kind == .decoderCrashed || failure?.kind == .decoderTimedOut)
        #expect(pool.idleProcesses.isEmpty)
        await pool.shutdown()
    }

    @Test("a program that is no decode worker is not blamed on the picture")
    func unavailable() async throws {
        #expect(throws: DecodePoolError.self) {
            try DecodePool(executable: URL(fileURLWithPath: "/nowhere/glimpse"), workers: 1)
        }
        for program in ["/bin/false", "/bin/cat"] {
            let pool = try DecodePool(executable: URL(fileURLWithPath: program), arguments: [], workers: 1)
            await #expect(throws: DecodePoolError.self) {
                try await pool.extract(ExtractionRequest(path: "/a.jpg", modelInputs: []))
            }
            await pool.shutdown()
        }
    }

    @Test("a worker that was killed while idle is replaced, and no file suffers")
    func killedWhileIdle() async throws {
        let path = try goodPicture()
        let pool = try Pools.real(workers: 1)
        #expect(try await Pools.failure(path, pool: pool) == nil)
        let first = try #require(pool.idleProcesses.first)
        kill(first, SIGKILL)
        #expect(try await Pools.failure(path, pool: pool) == nil)
        #expect(pool.idleProcesses.first != first)
        await pool.shutdown()
    }

    @Test("a worker that is killed while decoding fails its file with the signal's name")
    func killedWhileDecoding() async throws {
        mkfifo(folder.path("begun"), 0o600)
        let pool = try Pools.misbehaving("echo > '\(folder.path("begun"))'; exec sleep 600")
        async let failure = error(of: pool)
        try await begun()
        pool.busyProcesses.forEach { kill($0, SIGBUS) }
        let reason = await failure?.reason
        #expect(reason?.contains("SIGBUS") == true)
        await pool.shutdown()
    }

    @Test("a cancelled request ends at once, and the pool goes on")
    func cancelled() async throws {
        mkfifo(folder.path("begun"), 0o600)
        let pool = try Pools.misbehaving("echo > '\(folder.path("begun"))'; exec sleep 600")
        let task = Task { try await pool.extract(ExtractionRequest(path: "/a.jpg", modelInputs: [])) }
        let waiting = Task { try await pool.extract(ExtractionRequest(path: "/b.jpg", modelInputs: [])) }
        try await begun()
        waiting.cancel()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) { try await waiting.value }
        await pool.shutdown()
    }

    @Test("shutting down ends what runs, refuses what comes and may be repeated")
    func shutdown() async throws {
        mkfifo(folder.path("begun"), 0o600)
        let pool = try Pools.misbehaving("echo > '\(folder.path("begun"))'; exec sleep 600")
        let task = Task { try await pool.extract(ExtractionRequest(path: "/a.jpg", modelInputs: [])) }
        try await begun()
        let processes = pool.busyProcesses
        async let once: Void = pool.shutdown()
        async let twice: Void = pool.shutdown()
        _ = await (once, twice)
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: CancellationError.self) {
            try await pool.extract(ExtractionRequest(path: "/a.jpg", modelInputs: []))
        }
        #expect(processes.allSatisfy { kill($0, 0) != 0 })
        await pool.shutdown()
    }

    @Test("a hundred crashes leave no open file and no zombie behind")
    func leaks() async throws {
        let pool = try Pools.misbehaving("kill -SEGV $$", workers: 4)
        let filesBefore = try Self.openFiles(), zombiesBefore = Self.zombies()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask { #expect(await error(of: pool)?.kind == .decoderCrashed) }
            }
        }
        await pool.shutdown()
        // Other tests open and close files meanwhile; a leak would show a hundredfold.
        #expect(try Self.openFiles() < filesBefore + 60)
        #expect(Self.zombies() < zombiesBefore + 30)
    }

    private static func openFiles() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    private static func zombies() -> Int {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.filter { Int($0) != nil } ?? []
        return processes.filter { id in
            let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
            let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.first == "Z" && fields.dropFirst().first == "\(getpid())"
        }.count
    }

    @Test("more requests than workers are all answered, each with its own picture")
    func many() async throws {
        for index in 0..<24 {
            let picture = try PictureFactory.pattern(width: 20 + index, height: 10)
            try PictureFactory.write(picture, to: folder.path("\(index).png"))
        }
        let pool = try Pools.real(workers: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<24 {
                group.addTask {
                    let request = ExtractionRequest(path: folder.path("\(index).png"), modelInputs: [])
                    let found = try await pool.extract(request)
                    #expect(found.width == 20 + index)
                }
            }
            try await group.waitForAll()
        }
        #expect((1...2).contains(pool.idleProcesses.count))
        await pool.shutdown()
    }

    @Test("workers see neither the parent's secrets nor its open files")
    func isolation() async throws {
        try Data().write(to: folder.url.appendingPathComponent("open"))
        let descriptor = glimpse_open(folder.path("open"), O_RDONLY, 0)  // without O_CLOEXEC
        defer { close(descriptor) }
        let pool = try Pools.misbehaving(
            "env > '\(folder.path("env"))'; ls -l /proc/$$/fd > '\(folder.path("fds"))'; exit 1")
        _ = await error(of: pool)
        let environment = try String(contentsOfFile: folder.path("env"), encoding: .utf8)
        let files = try String(contentsOfFile: folder.path("fds"), encoding: .utf8)
        let names = Set(
            environment.split(separator: "\n").compactMap { $0.split(separator: "=").first.map(String.init) })
        let allowed: Set = [
            "PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ", "VIPS_CONCURRENCY", "VIPS_WARNING",
            "MALLOC_ARENA_MAX", "OMP_NUM_THREADS", "PWD", "OLDPWD", "SHLVL", "_",
        ]
        #expect(names.isSubset(of: allowed))
        #expect(files.contains("socket") && !files.contains(folder.path("open")))
        await pool.shutdown()
    }
}
