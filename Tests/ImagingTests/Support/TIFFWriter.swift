import Foundation

/// Builds little-endian TIFF files and EXIF blocks by hand.
struct TIFFWriter {
    indirect enum Value: Sendable {
        case ascii(String)
        case bytes([UInt8])
        case shorts([Int])
        case longs([Int])
        case rationals([(Int, Int)])
        case signedRationals([(Int, Int)])
        /// A directory of its own; the entry holds its offset.
        case directory([(Int, Value)])
        /// Bytes that lie elsewhere in the file; the entry holds their offset.
        case offset(of: Data)
    }

    /// A whole TIFF with one first directory. Entries are sorted by tag, as TIFF wants.
    static func file(_ entries: [(Int, Value)]) -> Data {
        var file = Data([0x49, 0x49, 0x2A, 0, 8, 0, 0, 0])
        append(entries, to: &file)
        return file
    }

    /// `file` behind the six bytes that an EXIF block starts with.
    static func exif(_ entries: [(Int, Value)]) -> [UInt8] { Array("Exif\0\0".utf8) + file(entries) }

    private static func append(_ entries: [(Int, Value)], to file: inout Data) {
        let entries = entries.sorted { $0.0 < $1.0 }
        let start = file.count
        file.append(Data(count: 2 + entries.count * 12 + 4))
        put(UInt16(entries.count), at: start, in: &file)
        for (index, entry) in entries.enumerated() {
            let (type, count, body) = encode(entry.1, &file)
            let place = start + 2 + index * 12
            put(UInt16(entry.0), at: place, in: &file)
            put(UInt16(type), at: place + 2, in: &file)
            put(UInt32(count), at: place + 4, in: &file)
            if body.count <= 4 {
                file.replaceSubrange(place + 8..<place + 8 + body.count, with: body)
            } else {
                if file.count % 2 == 1 { file.append(0) }
                put(UInt32(file.count), at: place + 8, in: &file)
                file.append(body)
            }
        }
    }

    private static func encode(_ value: Value, _ file: inout Data) -> (type: Int, count: Int, body: Data) {
        switch value {
        case .ascii(let text): return (2, text.utf8.count + 1, Data(text.utf8) + [0])
        case .bytes(let bytes): return (1, bytes.count, Data(bytes))
        case .shorts(let values): return (3, values.count, values.reduce(into: Data()) { $0.append(half($1)) })
        case .longs(let values):
            return (4, values.count, values.reduce(into: Data()) { $0.append(PictureFactory.little32($1)) })
        case .rationals(let values): return (5, values.count, pairs(values))
        case .signedRationals(let values): return (10, values.count, pairs(values))
        case .directory(let entries):
            if file.count % 2 == 1 { file.append(0) }
            let start = file.count
            append(entries, to: &file)
            return (4, 1, PictureFactory.little32(start))
        case .offset(let data):
            let start = file.count
            file.append(data)
            return (4, 1, PictureFactory.little32(start))
        }
    }

    private static func pairs(_ values: [(Int, Int)]) -> Data {
        values.reduce(into: Data()) { data, pair in
            for value in [pair.0, pair.1] {
                withUnsafeBytes(of: Int32(truncatingIfNeeded: value).littleEndian) { data.append(contentsOf: $0) }
            }
        }
    }

    private static func half(_ value: Int) -> Data { withUnsafeBytes(of: UInt16(value).littleEndian) { Data($0) } }

    private static func put(_ value: some FixedWidthInteger, at offset: Int, in file: inout Data) {
        withUnsafeBytes(of: value.littleEndian) { file.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
}
