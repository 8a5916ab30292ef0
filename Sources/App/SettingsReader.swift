internal import Foundation

/// Looks values up, strongest source first, and remembers what it found for `glimpse config`.
struct SettingsReader {
    let environment: [String: String]
    let file: [String: String]
    let flags: [String: String]
    private(set) var entries: [Settings.Entry] = []

    init(environment: [String: String], file: [String: String], flags: [String: String]) {
        self.environment = environment
        self.file = file
        self.flags = flags
    }

    private func lookUp(_ name: String) -> (value: String, origin: Settings.Origin)? {
        if let value = flags[name] { return (value, .flag) }
        // An empty variable counts as not set, as `VAR= program` is the usual way to unset one.
        if let value = environment[name], !value.isEmpty { return (value, .environment) }
        if let value = file[name], !value.isEmpty { return (value, .file) }
        return nil
    }

    private mutating func note(_ name: String, _ value: String, _ origin: Settings.Origin, _ explanation: String) {
        entries.append(Settings.Entry(name: name, value: value, origin: origin, explanation: explanation))
    }

    mutating func text(_ name: String, default fallback: String, _ explanation: String) -> String {
        let (value, origin) = lookUp(name) ?? (fallback, .builtIn)
        note(name, value, origin, explanation)
        return value
    }

    mutating func secret(_ name: String, _ explanation: String) -> String? {
        let found = lookUp(name)
        note(name, found == nil ? "" : "(set)", found?.origin ?? .builtIn, explanation)
        return found?.value
    }

    mutating func integer(
        _ name: String, default fallback: Int, in range: ClosedRange<Int>, _ explanation: String
    ) throws -> Int {
        guard let (text, origin) = lookUp(name) else {
            note(name, String(fallback), .builtIn, explanation)
            return fallback
        }
        guard let value = Int(text), range.contains(value) else {
            throw SettingsError(
                "\(name) is “\(text)” (\(origin.rawValue)), but must be a whole number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        note(name, text, origin, explanation)
        return value
    }

    mutating func flag(_ name: String, default fallback: Bool, _ explanation: String) throws -> Bool {
        let (text, origin) = lookUp(name) ?? (fallback ? "1" : "0", .builtIn)
        note(name, text, origin, explanation)
        switch text.lowercased() {
        case "1", "true", "yes", "on": return true
        case "0", "false", "no", "off": return false
        default: throw SettingsError("\(name) is “\(text)” (\(origin.rawValue)), but must be 1 or 0.")
        }
    }

    mutating func folder(_ name: String, default fallback: String, _ explanation: String) -> URL {
        let (value, origin) = lookUp(name) ?? (fallback, .builtIn)
        let url = Self.url(value)
        note(name, url.path, origin, explanation)
        return url
    }

    mutating func optionalPath(_ name: String, _ explanation: String) -> URL? {
        let found = lookUp(name)
        note(name, found?.value ?? "", found?.origin ?? .builtIn, explanation)
        return found.map { Self.url($0.value) }
    }

    mutating func list(_ name: String, separator: Character = ",", _ explanation: String) -> [String] {
        let found = lookUp(name)
        note(name, found?.value ?? "", found?.origin ?? .builtIn, explanation)
        return (found?.value ?? "").split(separator: separator).map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    mutating func folders(_ name: String, _ explanation: String) -> [URL] {
        list(name, separator: ":", explanation).map(Self.url)
    }

    /// A leading `~` is the user's home folder.
    private static func url(_ path: String) -> URL {
        URL(fileURLWithPath: NSString(string: path).expandingTildeInPath).standardizedFileURL
    }
}

/// A file of `NAME=value` lines.
enum DotEnv {
    /// The values in the file at `url`, none when there is no such file.
    /// - Throws: `SettingsError` naming the file when it is not of that kind: it may belong to another program.
    static func read(_ url: URL) throws -> [String: String] {
        guard FileManager.default.fileExists(atPath: url.path) else { return [:] }
        let text: String
        do {
            text = try String(contentsOf: url, encoding: .utf8)
        } catch {
            throw SettingsError(
                "\(url.path) cannot be read as UTF-8 text. Correct it, or run Glimpse in another folder.")
        }
        do {
            return try parse(text)
        } catch let error as SettingsError {
            throw SettingsError("\(url.path): \(error.message) Correct it, or run Glimpse in another folder.")
        }
    }

    /// Empty lines and lines that start with `#` are passed over; `export ` in front and quotes around a value go.
    /// - Throws: `SettingsError` with the number of a line that is none of these.
    static func parse(_ text: String) throws -> [String: String] {
        var values: [String: String] = [:]
        for (number, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var line = raw.trimmingCharacters(in: .whitespaces)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = String(line.dropFirst(7)).trimmingCharacters(in: .whitespaces) }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                throw SettingsError("line \(number + 1) is not of the form NAME=value.")
            }
            var value = line[line.index(after: equals)...].trimmingCharacters(in: .whitespaces)
            for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
                value = String(value.dropFirst().dropLast())
            }
            values[line[..<equals].trimmingCharacters(in: .whitespaces)] = value
        }
        return values
    }
}
