import Foundation
import VectorIndex

/// What memory this process has, as Linux counts it.
struct MemoryUse: Sendable {
    /// In bytes; 0 where Linux does not say.
    private(set) var resident = 0, anonymous = 0, peak = 0

    /// As it is now.
    static var now: MemoryUse {
        var use = MemoryUse()
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        for line in text.split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count == 3, words[2] == "kB", let kilobytes = Int(words[1]) else { continue }
            switch words[0] {
            case "VmRSS:": use.resident = kilobytes * 1_024
            case "RssAnon:": use.anonymous = kilobytes * 1_024
            case "VmHWM:": use.peak = kilobytes * 1_024
            default: break
            }
        }
        return use
    }

    /// A number of bytes for people.
    static func text(_ bytes: Int) -> String {
        switch bytes {
        case ..<1_000: "\(bytes) bytes"
        case ..<1_000_000: String(format: "%.1f kB", Double(bytes) / 1e3)
        case ..<1_000_000_000: String(format: "%.1f MB", Double(bytes) / 1e6)
        default: String(format: "%.2f GB", Double(bytes) / 1e9)
        }
    }

    /// What an index needs memory for, for people.
    static func text(of parts: [IndexStatistics.MemoryPart]) -> String {
        parts.map { "\($0.name) \(text($0.bytes))" }.joined(separator: ", ")
    }
}

extension URL {
    /// How long the file is; 0 when it is not there.
    var fileBytes: Int { (try? resourceValues(forKeys: [.fileSizeKey]))?.fileSize ?? 0 }
}
