internal import Core

/// Formats that state their own length tell truncation from damage better than their decoders' words do.
enum DeclaredLength {
    /// Whether the file ends before its own structure says that it should.
    static func isCutShort(_ bytes: UnsafeRawBufferPointer, format: PictureFormat) -> Bool {
        switch format {
        case .webp: riffLength(bytes).map { $0 > bytes.count } ?? true
        case .bmp: bitmapLength(bytes).map { $0 > bytes.count } ?? true
        case .png: !endsWithinChunks(bytes)
        default: false
        }
    }

    /// RIFF: the length after the first eight bytes.
    private static func riffLength(_ bytes: UnsafeRawBufferPointer) -> Int? { little32(bytes, at: 4).map { $0 + 8 } }

    /// The larger of what the file header says and where the pixels begin.
    private static func bitmapLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let whole = little32(bytes, at: 2), let pixels = little32(bytes, at: 10) else { return nil }
        return max(whole, pixels + 1)
    }

    /// PNG: a chain of chunks (length, type, data, checksum) up to `IEND`.
    private static func endsWithinChunks(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var offset = 8
        while offset + 12 <= bytes.count {
            if bytes.has("IEND", at: offset + 4) { return true }
            let length = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).bigEndian
            offset += 12 + Int(length)
        }
        return false
    }

    private static func little32(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        guard offset + 4 <= bytes.count else { return nil }
        return Int(bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian)
    }
}
