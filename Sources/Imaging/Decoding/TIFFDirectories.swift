import Foundation

/// What the directories of a TIFF file say about its kind: enough to tell RAW from TIFF (TIFF 6.0, TIFF/EP, DNG 1.4).
struct TIFFDirectories {
    private(set) var make = ""
    private(set) var isDNG = false
    /// Whether some directory holds undeveloped sensor data.
    private(set) var hasSensorData = false

    private enum Tag {
        static let compression: UInt16 = 259
        static let photometric: UInt16 = 262
        static let make: UInt16 = 271
        static let subDirectories: UInt16 = 330
        static let dngVersion: UInt16 = 50706
    }
    private static let photometricColorFilterArray = 32803
    private static let photometricLinearRaw = 34892
    /// Sony's, Nikon's, Samsung's and Pentax' own compressions, used for sensor data only.
    private static let rawCompressions: Set = [32767, 32769, 32770, 34713, 65535]
    private static let mostDirectories = 32

    /// Nil when the bytes do not start with a TIFF header. Offsets that lead out of the file are ignored.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard let reader = TIFFReader(bytes) else { return nil }
        var waiting = [reader.firstDirectory]
        var seen: Set<Int> = []
        while let offset = waiting.popLast(), seen.count < Self.mostDirectories {
            guard seen.insert(offset).inserted, let directory = reader.directory(at: offset) else { continue }
            for entry in directory.entries { waiting += note(entry, reader) }
            if directory.next != 0 { waiting.append(directory.next) }
        }
    }

    /// Takes one entry in and returns the offsets of the directories below it.
    private mutating func note(_ entry: TIFFReader.Entry, _ reader: TIFFReader) -> [Int] {
        switch entry.tag {
        case Tag.make where make.isEmpty: make = reader.text(entry)
        case Tag.dngVersion: isDNG = true
        case Tag.compression:
            if let value = reader.integers(entry).first, Self.rawCompressions.contains(value) { hasSensorData = true }
        case Tag.photometric:
            let value = reader.integers(entry).first
            if value == Self.photometricColorFilterArray || value == Self.photometricLinearRaw { hasSensorData = true }
        case Tag.subDirectories: return reader.integers(entry)
        default: break
        }
        return []
    }
}

/// Reads directories of a classic TIFF in either byte order, never outside the bytes.
struct TIFFReader {
    struct Entry {
        let tag: UInt16
        let type: UInt16
        let count: Int
        /// Where the entry's four value bytes lie.
        let valueOffset: Int
    }

    let bytes: UnsafeRawBufferPointer
    let bigEndian: Bool
    let firstDirectory: Int

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        if bytes.starts(with: [0x49, 0x49, 0x2A, 0]) || bytes.starts(with: [0x49, 0x49, 0x2B, 0]) {
            bigEndian = false
        } else if bytes.starts(with: [0x4D, 0x4D, 0, 0x2A]) || bytes.starts(with: [0x4D, 0x4D, 0, 0x2B]) {
            bigEndian = true
        } else {
            return nil
        }
        self.bytes = bytes
        let value = bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
        firstDirectory = Int(bigEndian ? value.bigEndian : value.littleEndian)
    }

    func directory(at offset: Int) -> (entries: [Entry], next: Int)? {
        guard let count = half(offset), count <= 4096 else { return nil }
        let entries = (0..<Int(count)).compactMap { index -> Entry? in
            let start = offset + 2 + index * 12
            guard let tag = half(start), let type = half(start + 2), let values = word(start + 4),
                start + 12 <= bytes.count
            else { return nil }
            return Entry(tag: tag, type: type, count: Int(values), valueOffset: start + 8)
        }
        return (entries, Int(word(offset + 2 + Int(count) * 12) ?? 0))
    }

    /// The values of an entry of type SHORT, LONG or IFD; at most 64 of them.
    func integers(_ entry: Entry) -> [Int] {
        let size = entry.type == 3 ? 2 : 4
        guard [3, 4, 13].contains(entry.type), let start = valuesStart(entry, bytesEach: size) else { return [] }
        return (0..<min(entry.count, 64)).compactMap { index in
            size == 2 ? half(start + index * 2).map(Int.init) : word(start + index * 4).map(Int.init)
        }
    }

    /// The text of an entry of type ASCII; at most 64 bytes of it.
    func text(_ entry: Entry) -> String {
        guard entry.type == 2, let start = valuesStart(entry, bytesEach: 1), start < bytes.count else { return "" }
        let end = min(start + min(entry.count, 64), bytes.count)
        return String(decoding: bytes[start..<end].prefix { $0 != 0 }, as: UTF8.self)
            .trimmingCharacters(in: .whitespaces)
    }

    private func valuesStart(_ entry: Entry, bytesEach: Int) -> Int? {
        entry.count * bytesEach <= 4 ? entry.valueOffset : word(entry.valueOffset).map(Int.init)
    }

    private func half(_ offset: Int) -> UInt16? {
        guard offset >= 0, offset + 2 <= bytes.count else { return nil }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self)
        return bigEndian ? value.bigEndian : value.littleEndian
    }

    private func word(_ offset: Int) -> UInt32? {
        guard offset >= 0, offset + 4 <= bytes.count else { return nil }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        return bigEndian ? value.bigEndian : value.littleEndian
    }
}
