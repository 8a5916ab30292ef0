public import Core
import Foundation

/// An error as the client sees it: `application/problem+json` (RFC 9457).
public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    /// One field of the request that is wrong.
    public struct FieldError: Sendable, Equatable, Codable {
        /// The wire name, with the path into objects and arrays: `filter.bbox[2]`.
        public let field: String
        public let message: String

        public init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    public var status: HTTPStatus
    /// A stable name in snake case.
    public var code: String
    public var title: String
    /// One or two sentences for the person: what happened, to what, and the way out.
    public var detail: String
    public var errors: [FieldError]
    /// Header fields of the answer, such as `Retry-After`.
    public var headers: HTTPHeaders

    /// - Parameter title: the status's phrase when nil.
    /// - Parameter field: the request's field that is wrong; `detail` becomes its message.
    public init(
        _ status: HTTPStatus, code: String, detail: String, title: String? = nil, field: String? = nil,
        headers: HTTPHeaders = [:]
    ) {
        self.status = status
        self.code = code
        self.title = title ?? status.reason
        self.detail = detail
        self.errors = field.map { [FieldError(field: $0, message: detail)] } ?? []
        self.headers = headers
    }

    /// The problem that tells a `PersonError`: its code and message with `status`.
    public init(_ status: HTTPStatus, _ error: any PersonError, field: String? = nil) {
        self.init(status, code: error.code, detail: error.message, field: field)
    }

    public var description: String { "\(status.rawValue) \(code): \(detail)" }
}

extension Problem {
    /// 404 for something that has an address but is not there.
    public static func notFound(_ detail: String, code: String = "not_found") -> Problem {
        Problem(.notFound, code: code, detail: detail)
    }

    /// 400 for a request that cannot be understood.
    public static func badRequest(_ detail: String, code: String = "bad_request") -> Problem {
        Problem(.badRequest, code: code, detail: detail)
    }

    /// 409 for a request that does not fit the present state.
    public static func conflict(_ detail: String, code: String = "conflict") -> Problem {
        Problem(.conflict, code: code, detail: detail)
    }

    /// 503 for something that will work later.
    public static func unavailable(_ detail: String, code: String, retryAfter seconds: Int? = nil) -> Problem {
        Problem(
            .serviceUnavailable, code: code, detail: detail,
            headers: seconds.map { ["Retry-After": "\($0)"] } ?? [:])
    }

    /// 422 naming one field; `message` completes a sentence that begins with the field: "must be …".
    public static func invalidField(_ field: String, _ message: String) -> Problem {
        invalidFields([FieldError(field: field, message: message)])
    }

    /// 422 naming a field that must be there and is not.
    public static func missingField(_ field: String) -> Problem { invalidField(field, "is required") }

    /// 422 naming every wrong field; `errors` must not be empty.
    public static func invalidFields(_ errors: [FieldError]) -> Problem {
        let shown = errors.prefix(3).map { "“\($0.field)” \($0.message)" }.joined(separator: "; ")
        let more = errors.count > 3 ? " and \(errors.count - 3) more" : ""
        var problem = Problem(.unprocessableContent, code: "invalid_field", detail: "\(shown)\(more).")
        problem.errors = errors
        return problem
    }
}
