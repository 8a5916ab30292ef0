internal import Foundation

/// Collects the parts of a form: small ones in memory, large ones in spool files.
struct FormReceiver: MultipartParser.Receiver {
    private let folder: SpoolFolder
    private let limits: ServerLimits
    private var header: MultipartHeader?
    private var sink: BodySink
    private var memoryUsed = 0
    private var partBytes = 0
    private(set) var parts: [MultipartForm.Part] = []
    private(set) var files: [SpoolFile] = []

    init(folder: SpoolFolder, limits: ServerLimits) {
        self.folder = folder
        self.limits = limits
        sink = BodySink(folder: folder, memoryBytes: limits.memoryBytes)
    }

    mutating func began(_ header: MultipartHeader) throws {
        guard parts.count < limits.formParts else {
            throw Problem(
                .contentTooLarge, code: "too_many_parts", detail: "The form has more than \(limits.formParts) parts.")
        }
        self.header = header
        partBytes = 0
        // All small parts of one form share the memory bound.
        sink = BodySink(folder: folder, memoryBytes: max(0, limits.memoryBytes - memoryUsed))
    }

    mutating func bytes(_ bytes: UnsafeRawBufferPointer) throws {
        partBytes += bytes.count
        let hadFile = sink.file != nil
        // The file is noted before it can be lost by an error.
        defer { if !hadFile, let file = sink.file { files.append(file) } }
        try sink.append(bytes)
    }

    mutating func ended() throws {
        guard let header else { return }
        if sink.file == nil { memoryUsed += partBytes }
        parts.append(
            .init(name: header.name, fileName: header.fileName, contentType: header.contentType, value: sink.finish()))
        self.header = nil
    }
}
