import Foundation

/// Refuses requests that make no sense before a worker sees them.
enum RequestCheck {
    private static let mostInputs = 16
    private static let largestEdge = 16_384

    /// - Throws: `DecodeError` of kind `badRequest`.
    static func check(_ request: ExtractionRequest) throws {
        try check(request.modelInputs, path: request.path)
        try check(edge: request.thumbnailEdge ?? 1, quality: request.thumbnailQuality, path: request.path)
    }

    static func check(_ modelInputs: [ModelInput], path: String) throws {
        guard modelInputs.count <= mostInputs else {
            throw DecodeError(.badRequest, path: path, reason: "At most \(mostInputs) model inputs can be asked for.")
        }
        guard modelInputs.allSatisfy({ (1...ModelInput.largestSize).contains($0.size) }) else {
            throw DecodeError(
                .badRequest, path: path, reason: "A model input must have 1…\(ModelInput.largestSize) pixels a side.")
        }
    }

    static func check(edge: Int, quality: Int, path: String) throws {
        guard (1...largestEdge).contains(edge) else {
            throw DecodeError(.badRequest, path: path, reason: "The longer side must have 1…\(largestEdge) pixels.")
        }
        guard (1...100).contains(quality) else {
            throw DecodeError(.badRequest, path: path, reason: "The quality must be 1…100.")
        }
    }
}
