import Foundation

/// A request whose body has arrived.
public struct HTTPRequest: Sendable {
    /// The request's id: the client's `X-Request-Id` when it is sane, else a new one.
    public let id: String
    public let method: HTTPMethod
    /// The path, percent-decoded once, without the query: `/photo/12`.
    public let path: String
    /// The names and values of the query, percent-decoded, in order.
    public let query: [(name: String, value: String)]
    public let headers: HTTPHeaders
    public internal(set) var parameters: PathParameters = [:]
    public let body: HTTPBody
    /// The parts of a form body; nil for every other body.
    public let form: MultipartForm?
    /// The client's address without port.
    public let peer: String
    /// The path's segments, each decoded by itself.
    let segments: [String]
    /// The declaration to check a JSON body against.
    var declaration = RequestDeclaration()

    /// For tests and for callers inside the process.
    /// - Parameter target: the path and the query as they stand in a request line: `/photos?limit=5`.
    /// - Throws: `Problem` 400 when `target` is not properly percent-encoded.
    public init(
        _ method: HTTPMethod, _ target: String, headers: HTTPHeaders = [:], body: HTTPBody = .empty,
        form: MultipartForm? = nil, peer: String = "127.0.0.1", id: String = RequestID.next()
    ) throws {
        let target = try RequestTarget(target)
        self.init(method, target: target, headers: headers, body: body, form: form, peer: peer, id: id)
    }

    init(
        _ method: HTTPMethod, target: RequestTarget, headers: HTTPHeaders, body: HTTPBody, form: MultipartForm?,
        peer: String, id: String
    ) {
        self.id = id
        self.method = method
        self.path = target.path
        self.query = target.query
        self.segments = target.segments
        self.headers = headers
        self.body = body
        self.form = form
        self.peer = peer
    }
}

extension HTTPRequest {
    /// A `{name}` of the route's path read as `type`.
    /// - Throws: `Problem` 422 naming the parameter when it does not read as one.
    public func parameter<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: String, as type: Value.Type = Value.self, in range: ClosedRange<Value>? = nil
    ) throws -> Value {
        guard let text = parameters[name] else { throw Problem.missingField(name) }
        return try FieldReader.read(text, field: name, as: type, in: range)
    }

    /// The first value of `name` in the query, as text.
    public func queryText(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Every value of `name` in the query; comma-separated values are taken apart. Empty ones are left out.
    public func queryList(_ name: String) -> [String] {
        query.filter { $0.name == name }.flatMap { $0.value.split(separator: ",") }
            .map { $0.trimmingSpaces() }.filter { !$0.isEmpty }
    }

    /// A query value read as `type`, within `range`; `fallback` when absent or empty.
    /// - Throws: `Problem` 422 naming it.
    public func queryValue<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: String, as type: Value.Type = Value.self, in range: ClosedRange<Value>? = nil, default fallback: Value
    ) throws -> Value {
        try queryValue(name, as: type, in: range) ?? fallback
    }

    /// A query value read as `type`, within `range`; nil when absent or empty.
    /// - Throws: `Problem` 422 naming it.
    public func queryValue<Value: LosslessStringConvertible & Comparable & Sendable>(
        _ name: String, as type: Value.Type = Value.self, in range: ClosedRange<Value>? = nil
    ) throws -> Value? {
        guard let text = queryText(name), !text.isEmpty else { return nil }
        return try FieldReader.read(text, field: name, as: type, in: range)
    }

    /// One of an enumeration's raw values; `fallback` when absent or empty.
    /// - Throws: `Problem` 422 naming it and the values that are allowed.
    public func queryChoice<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        _ name: String, default fallback: Value
    ) throws -> Value {
        guard let text = queryText(name), !text.isEmpty else { return fallback }
        guard let value = Value(rawValue: text) else {
            let allowed = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalidField(name, "must be one of \(allowed), not “\(text.clipped(40))”")
        }
        return value
    }

    /// `true`, `false`, `1`, `0`; `fallback` when absent or empty.
    /// - Throws: `Problem` 422 naming it.
    public func queryFlag(_ name: String, default fallback: Bool) throws -> Bool {
        guard let text = queryText(name), !text.isEmpty else { return fallback }
        return try FieldReader.flag(text, field: name)
    }

    /// The body as JSON, checked against the type's schema (`JSONObjectSchema`) or the route's declaration,
    /// then decoded. Keys are the type's coding keys as they are; dates are RFC 3339.
    /// - Throws: `Problem` 400 when it is not JSON, 415 when the content type is another,
    ///   422 naming every wrong, missing or unknown field.
    public func json<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONBody(self).decode(type)
    }
}
