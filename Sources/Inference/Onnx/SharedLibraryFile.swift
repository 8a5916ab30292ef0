internal import Foundation

/// Looks at a shared library's file before the dynamic linker does. The linker maps a library that was cut short
/// without complaint, and the process then dies of SIGBUS when it touches a page that is not there.
enum SharedLibraryFile {
    /// What is wrong with the file, or nil when it is a whole 64-bit ELF file.
    static func damage(of path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return "it cannot be read" }
        defer { try? file.close() }
        guard let size = try? file.seekToEnd(), (try? file.seek(toOffset: 0)) != nil else { return "it cannot be read" }
        guard let header = try? file.read(upToCount: 64), header.count == 64 else { return "it is not an ELF file" }
        guard header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return "it is not an ELF file" }
        guard header[4] == 2, header[5] == 1 else { return "it is not a 64-bit little-endian ELF file" }

        // e_phoff, e_phentsize, e_phnum: where the list of loaded segments lies.
        let start = header.littleEndian(UInt64.self, at: 32)
        let entrySize = UInt64(header.littleEndian(UInt16.self, at: 54))
        let count = UInt64(header.littleEndian(UInt16.self, at: 56))
        let truncated = "it is cut short; its download may have been interrupted"
        guard entrySize == 56, start <= size, count * entrySize <= size - start else { return truncated }
        guard (try? file.seek(toOffset: start)) != nil,
            let entries = try? file.read(upToCount: Int(count * entrySize)), entries.count == Int(count * entrySize)
        else { return truncated }
        for index in 0..<Int(count) {
            let entry = index * 56
            let offset = entries.littleEndian(UInt64.self, at: entry + 8)
            let length = entries.littleEndian(UInt64.self, at: entry + 32)
            guard offset <= size, length <= size - offset else { return truncated }
        }
        return nil
    }
}

extension Data {
    /// The little-endian number at byte `offset`, which must lie inside.
    fileprivate func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        (0..<MemoryLayout<Number>.size).reversed().reduce(0) { $0 << 8 | Number(self[startIndex + offset + $1]) }
    }
}
