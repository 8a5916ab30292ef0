internal import Foundation
internal import Synchronization

/// The gzip form of texts on the disk, made once per version of a file and bounded in memory.
final class CompressedFileCache: Sendable {
    private struct Entry {
        let eTag: String
        let data: Data
        var lastUse: UInt64
    }

    private struct State {
        var entries: [String: Entry] = [:]
        var bytes = 0
        var clock: UInt64 = 0
    }

    /// A text larger than this is sent as it is.
    private static let largestFile: Int64 = 8 << 20
    private let capacity: Int
    private let state = Mutex(State())

    /// - Parameter capacity: bytes of all compressed texts together.
    init(capacity: Int = 32 << 20) { self.capacity = capacity }

    /// Nil when the file is too large or cannot be read.
    func content(of file: OpenFile, path: String) -> Data? {
        let known = state.withLock { state -> Data? in
            guard let entry = state.entries[path], entry.eTag == file.eTag else { return nil }
            state.clock += 1
            state.entries[path]?.lastUse = state.clock
            return entry.data
        }
        if let known { return known }
        guard let content = file.content(upTo: Self.largestFile), let data = Gzip.compress(content, level: 6) else {
            return nil
        }
        keep(data, path: path, eTag: file.eTag)
        return data
    }

    private func keep(_ data: Data, path: String, eTag: String) {
        state.withLock { state in
            if let old = state.entries.removeValue(forKey: path) { state.bytes -= old.data.count }
            while state.bytes + data.count > capacity,
                let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })
            {
                state.entries[oldest.key] = nil
                state.bytes -= oldest.value.data.count
            }
            guard data.count <= capacity else { return }
            state.clock += 1
            state.entries[path] = Entry(eTag: eTag, data: data, lastUse: state.clock)
            state.bytes += data.count
        }
    }
}
