import Foundation

/// What a subcommand accepts, and what its help says.
struct CommandSpec: Sendable {
    struct Option: Sendable {
        /// Without the dashes.
        let name: String
        /// What stands for the value in the help; nil for a flag.
        let value: String?
        let explanation: String
        let repeats: Bool

        static func flag(_ name: String, _ explanation: String) -> Option {
            Option(name: name, value: nil, explanation: explanation, repeats: false)
        }

        static func value(_ name: String, _ value: String, _ explanation: String, repeats: Bool = false) -> Option {
            Option(name: name, value: value, explanation: explanation, repeats: repeats)
        }
    }

    /// What is typed behind `glimpse`; that of a command of a command has two words.
    let name: String
    let summary: String
    /// The arguments without a name, as the usage line shows them: `<folder>…`.
    var operands = ""
    /// How many of them there may be.
    var operandCount: ClosedRange<Int> = 0...0
    var options: [Option] = []
    /// Command lines that work as they stand, each with what it does.
    let examples: [(line: String, effect: String)]

    /// The whole help text.
    /// - Parameter subcommands: commands of this command, to be listed.
    func help(subcommands: [CommandSpec] = []) -> String {
        var lines = [summary, "", "Usage: glimpse \(name)\(operands.isEmpty ? "" : " \(operands)") [options]", ""]
        if !subcommands.isEmpty {
            lines += ["Commands:"] + Self.columns(subcommands.map { ($0.lastWord, $0.summary) }) + [""]
        }
        lines.append("Options:")
        let shown = (options + [.flag("help", "Show this help.")]).map { option in
            ("--\(option.name)" + (option.value.map { " \($0)" } ?? ""), option.explanation)
        }
        lines += Self.columns(shown)
        lines += ["", "Examples:"]
        for example in examples { lines += ["  \(example.line)", "      \(example.effect)"] }
        return lines.joined(separator: "\n")
    }

    /// What names a command of a command there.
    var lastWord: String { String(name.split(separator: " ").last ?? "") }

    static func columns(_ rows: [(String, String)]) -> [String] {
        let width = rows.map(\.0.count).max() ?? 0
        return rows.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    }
}

/// A command line that does not make sense: exit status 2.
struct UsageError: Error {
    let message: String
    /// The subcommand whose help to look at, if it is known.
    let command: String?
}

/// The words of a command line, sorted out by a `CommandSpec`.
struct Arguments: Sendable {
    private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]
    private let command: String

    /// Options may stand anywhere, as `--name value` or `--name=value`; after `--` everything is an operand.
    /// - Throws: `UsageError`.
    init(_ words: some Sequence<String>, spec: CommandSpec) throws {
        command = spec.name
        var rest = Array(words)[...]
        var optionsEnded = false
        while let word = rest.popFirst() {
            if optionsEnded || !word.hasPrefix("-") || word == "-" {
                operands.append(word)
            } else if word == "--" {
                optionsEnded = true
            } else {
                try takeOption(word, &rest, spec)
            }
        }
        guard spec.operandCount.contains(operands.count) || has("help") else {
            throw usageError(
                operands.count < spec.operandCount.lowerBound
                    ? "\(spec.operands) is missing."
                    : "“\(operands[spec.operandCount.upperBound])” is one argument too many.")
        }
    }

    private mutating func takeOption(_ word: String, _ rest: inout ArraySlice<String>, _ spec: CommandSpec) throws {
        let parts = word.drop { $0 == "-" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = word == "-h" ? "help" : String(parts.first ?? "")
        if name == "help" {
            values[name] = [""]
            return
        }
        guard word.hasPrefix("--"), let option = spec.options.first(where: { $0.name == name }) else {
            throw usageError("There is no option “\(word)”.")
        }
        guard option.repeats || values[name] == nil else { throw usageError("--\(name) is given twice.") }
        if option.value == nil {
            guard parts.count == 1 else { throw usageError("--\(name) takes no value.") }
            values[name] = [""]
        } else if parts.count == 2 {
            values[name, default: []].append(String(parts[1]))
        } else if let value = rest.popFirst() {
            values[name, default: []].append(value)
        } else {
            throw usageError("--\(name) needs a value: \(option.value ?? "").")
        }
    }

    func has(_ name: String) -> Bool { values[name] != nil }
    func value(_ name: String) -> String? { values[name]?.last }
    func all(_ name: String) -> [String] { values[name] ?? [] }

    /// - Throws: `UsageError` naming the option and what it accepts.
    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = value(name) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw usageError(
                "--\(name) is “\(text)”, but must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// - Throws: `UsageError` naming the option and what it accepts.
    func number(_ name: String, in range: ClosedRange<Double>) throws -> Double? {
        guard let text = value(name) else { return nil }
        guard let number = Double(text), range.contains(number) else {
            throw usageError(
                "--\(name) is “\(text)”, but must be a number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    /// - Throws: `UsageError` naming the option and what it accepts.
    func choice<Value: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Value.Type) throws -> Value? {
        guard let text = value(name) else { return nil }
        guard let choice = Value(rawValue: text) else {
            let accepted = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw usageError("--\(name) is “\(text)”, but must be one of \(accepted).")
        }
        return choice
    }

    /// The value of an option that must be given.
    /// - Throws: `UsageError` naming the option.
    func required(_ name: String) throws -> String {
        guard let value = value(name), !value.isEmpty else { throw usageError("--\(name) is missing.") }
        return value
    }

    /// The path that an option names, with ~ for the home folder.
    func path(_ name: String) throws -> String { Self.path(try required(name)) }

    static func path(_ text: String) -> String {
        URL(fileURLWithPath: NSString(string: text).expandingTildeInPath).path
    }

    func usageError(_ message: String) -> UsageError { UsageError(message: message, command: command) }
}
