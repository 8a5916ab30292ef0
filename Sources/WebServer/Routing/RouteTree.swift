/// The routes by their segments. Looking up is linear in the number of segments; a literal segment wins over `{name}`,
/// and `{name}` over `{name...}`.
struct RouteTree: Sendable {
    /// What a path leads to.
    struct Match: Sendable {
        /// The routes of this path by method.
        let routes: [HTTPMethod: Route]
        /// The values of the parameters in order; each route has its own names for them.
        let values: [String]

        func parameters(of route: Route) -> PathParameters {
            var parameters: PathParameters = [:]
            for (name, value) in zip(RouteTree.parameterNames(in: route.path), values) { parameters[name] = value }
            return parameters
        }

        /// The methods that may be used, HEAD and OPTIONS included, sorted.
        var allowed: [String] {
            var methods = Set(routes.keys)
            methods.insert(.options)
            if methods.contains(.get) { methods.insert(.head) }
            return methods.map(\.rawValue).sorted()
        }
    }

    private final class Node: Sendable {
        let literals: [String: Node]
        let parameter: Node?
        /// Routes that end here.
        let routes: [HTTPMethod: Route]
        /// Routes that take the rest of the path.
        let rest: [HTTPMethod: Route]

        init(_ entries: [(segments: ArraySlice<String>, route: Route)]) {
            var routes: [HTTPMethod: Route] = [:], rest: [HTTPMethod: Route] = [:]
            var literals: [String: [(segments: ArraySlice<String>, route: Route)]] = [:]
            var parameter: [(segments: ArraySlice<String>, route: Route)] = []
            for entry in entries {
                guard let first = entry.segments.first else {
                    precondition(
                        routes[entry.route.method] == nil,
                        "two routes for \(entry.route.method.rawValue) \(entry.route.path)")
                    routes[entry.route.method] = entry.route
                    continue
                }
                let next = (segments: entry.segments.dropFirst(), route: entry.route)
                if first.hasSuffix("...}") {
                    precondition(
                        rest[entry.route.method] == nil,
                        "two routes for \(entry.route.method.rawValue) \(entry.route.path)")
                    rest[entry.route.method] = entry.route
                } else if first.hasPrefix("{") {
                    parameter.append(next)
                } else {
                    literals[first, default: []].append(next)
                }
            }
            self.routes = routes
            self.rest = rest
            self.literals = literals.mapValues(Node.init)
            self.parameter = parameter.isEmpty ? nil : Node(parameter)
        }

        func match(_ segments: ArraySlice<String>, _ values: inout [String]) -> [HTTPMethod: Route]? {
            guard let first = segments.first else { return routes.isEmpty ? nil : routes }
            if let found = literals[first]?.match(segments.dropFirst(), &values) { return found }
            if let parameter {
                values.append(first)
                if let found = parameter.match(segments.dropFirst(), &values) { return found }
                values.removeLast()
            }
            guard !rest.isEmpty else { return nil }
            values.append(segments.joined(separator: "/"))
            return rest
        }
    }

    private let root: Node

    init(_ routes: [Route]) {
        root = Node(routes.map { (segments: $0.path.split(separator: "/").map(String.init)[...], route: $0) })
    }

    /// Nil when no route has this path.
    func match(_ segments: [String]) -> Match? {
        var values: [String] = []
        return root.match(segments[...], &values).map { Match(routes: $0, values: values) }
    }

    /// `["id"]` of `/photo/{id}`.
    static func parameterNames(in path: String) -> [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { $0.dropFirst().dropLast() }
            .map { $0.hasSuffix("...") ? String($0.dropLast(3)) : String($0) }
    }
}
