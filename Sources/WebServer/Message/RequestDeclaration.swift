/// What a route declared about its request body, with the schemas it refers to.
struct RequestDeclaration: Sendable {
    var body: APIRequestBody?
    var components: [String: APISchema] = [:]
    /// Deepest nesting of a JSON body.
    var jsonDepth = 64

    /// The declared schema of a JSON body.
    var jsonSchema: APISchema? {
        for case .json(let schema) in body?.content ?? [] { return schema }
        return nil
    }
}
