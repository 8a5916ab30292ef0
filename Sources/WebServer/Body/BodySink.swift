internal import Foundation

/// Collects bytes: in memory up to a bound, beyond it in a spool file.
struct BodySink {
    private let folder: SpoolFolder?
    private let memoryBytes: Int
    private var data = Data()
    private(set) var file: SpoolFile?

    /// Takes the place of a sink that is being written.
    static var none: BodySink { BodySink(folder: nil, memoryBytes: .max) }

    init(folder: SpoolFolder?, memoryBytes: Int) {
        self.folder = folder
        self.memoryBytes = memoryBytes
    }

    /// - Throws: `FileError` when the spool file cannot be written.
    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        if file == nil, let folder, data.count + bytes.count > memoryBytes {
            let file = try folder.makeFile()
            try data.withUnsafeBytes { try file.append($0) }
            data = Data()
            self.file = file
        }
        if let file {
            try file.append(bytes)
        } else {
            data.append(contentsOf: bytes)
        }
    }

    /// What was collected.
    func finish() -> HTTPBody {
        guard let file else { return data.isEmpty ? .empty : .data(data) }
        file.finish()
        return .file(file.url, size: file.size)
    }
}
