import Foundation

/// A request's body as JSON: parsed with bounds, checked against its schema, decoded.
struct JSONBody {
    private let request: HTTPRequest

    init(_ request: HTTPRequest) { self.request = request }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONCoding.decode(type, from: request.body.data())
        } catch let error as DecodingError {
            throw Problem.badRequest("\(error)")
        }
    }
}
