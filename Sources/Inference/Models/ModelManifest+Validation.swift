extension ModelManifest {
    /// A field whose value cannot be used.
    struct Flaw: Error {
        let field: String
        let reason: String
    }

    /// Throws the first `Flaw`: values that decode but that nothing can work with.
    func validate() throws {
        try require(!id.isEmpty && id.utf8.count <= 100 && id.first != "." && id.utf8.allSatisfy(Self.isIDCharacter),
            "id", "must be 1 to 100 lower-case letters, digits, `.`, `_` or `-`, not starting with `.`")
        try require(!revision.isEmpty, "revision", "must not be empty")
        try require((1...16_384).contains(space.dimensions), "space.dimensions", "must be 1 to 16384")
        try validateImage()
        try validateText()
        try require(
            calibration.relevanceCutoff.isFinite, "calibration.relevance_cutoff", "must be a number")
        try require(
            calibration.fullMatch.isFinite && calibration.fullMatch > calibration.relevanceCutoff,
            "calibration.full_match", "must be above relevance_cutoff")
        for file in files {
            let section = file.field.dropLast("file".count)
            try require(Self.isHexDigest(file.sha256), "\(section)sha256", "must be 64 hexadecimal digits")
            if let bytes = file.bytes { try require(bytes > 0, "\(section)bytes", "must be above 0") }
        }
    }

    private func validateImage() throws {
        try require((16...2_048).contains(image.size), "image.size", "must be 16 to 2048")
        try require(!image.input.isEmpty, "image.input", "must not be empty")
        try require(!image.output.isEmpty, "image.output", "must not be empty")
        try require(image.mean.count == 3 && image.mean.allSatisfy(\.isFinite), "image.mean", "must be 3 numbers")
        try require(
            image.std.count == 3 && image.std.allSatisfy { $0.isFinite && $0 > 0 }, "image.std",
            "must be 3 numbers above 0")
    }

    private func validateText() throws {
        try require((3...8_192).contains(text.maxLength), "text.max_length", "must be 3 to 8192")
        try require(!text.inputIDs.isEmpty, "text.input_ids", "must not be empty")
        try require(text.attentionMask?.isEmpty != true, "text.attention_mask", "must not be empty")
        try require(!text.output.isEmpty, "text.output", "must not be empty")
        try require(
            (1...100).contains(text.templates.count) && text.templates.allSatisfy { $0.contains("{}") }, "text.templates",
            "must be 1 to 100 sentences that contain {}")
        let special = [text.tokenizer.cls, text.tokenizer.sep, text.tokenizer.pad, text.tokenizer.unk]
        try require(!special.contains(""), "text.tokenizer", "must name its special tokens")
    }

    private func require(_ condition: Bool, _ field: String, _ reason: String) throws {
        guard condition else { throw Flaw(field: field, reason: reason) }
    }

    private static func isIDCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
    }

    private static func isHexDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }
}
