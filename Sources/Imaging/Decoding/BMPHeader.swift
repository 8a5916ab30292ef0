/// The header of a Windows bitmap, read before any decoder sees the file.
struct BMPHeader: Equatable {
    /// In pixels, at least 1.
    let width: Int
    /// In pixels, at least 1, whichever way the rows are stored.
    let height: Int

    /// Nil when the bytes do not start like a bitmap with a known header and sensible sides.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 26, bytes.has("BM", at: 0) else { return nil }
        func word(_ offset: Int) -> Int32 {
            Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self))
        }
        func half(_ offset: Int) -> UInt16 {
            UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
        }
        switch word(14) {
        case 12:  // BITMAPCOREHEADER of OS/2: 16-bit sides
            width = Int(half(18))
            height = Int(half(20))
        case 16, 40, 52, 56, 64, 108, 124:  // OS/2 2, BITMAPINFOHEADER and its successors: 32-bit, height signed
            width = Int(word(18))
            height = Int(word(22).magnitude)
        default: return nil
        }
        guard width > 0, height > 0 else { return nil }
    }
}
