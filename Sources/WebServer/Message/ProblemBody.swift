import Foundation

/// The JSON of a problem.
struct ProblemBody: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let code: String
    let request_id: String
    let errors: [Problem.FieldError]?

    static func response(_ problem: Problem, requestID: String) -> HTTPResponse {
        let body = ProblemBody(
            type: "about:blank", title: problem.title, status: problem.status.rawValue, detail: problem.detail,
            code: problem.code, request_id: requestID, errors: problem.errors.isEmpty ? nil : problem.errors)
        // Strings and integers always encode; an empty body would still carry the status.
        let data = (try? JSONCoding.encode(body)) ?? Data()
        var response = HTTPResponse.data(data, contentType: "application/problem+json", status: problem.status)
        for field in problem.headers.fields { response.headers.add(field.name, field.value) }
        return response
    }
}
