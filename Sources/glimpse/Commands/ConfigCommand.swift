import App
import Core
import Foundation

/// `glimpse config`
enum ConfigCommand: Command {
    static let spec = CommandSpec(
        name: "config", summary: "Show the settings in force and where each came from.",
        options: [.flag("json", "Print as JSON.")],
        examples: [
            ("glimpse config", "Every setting, its value and its source; secrets are not shown."),
            ("GLIMPSE_HOME=/mnt/big/glimpse glimpse config", "Try a setting before using it."),
        ])

    private struct Row: Encodable {
        let name: String
        let value: String
        let origin: String
        let explanation: String
    }

    static func run(_ arguments: Arguments) async throws -> Int32 {
        let rows = try Settings.current().entries.map {
            Row(name: $0.name, value: $0.value, origin: $0.origin.rawValue, explanation: $0.explanation)
        }
        if arguments.has("json") {
            try Terminal.writeJSON(rows)
        } else {
            for row in rows {
                Terminal.write("\(row.name)=\(row.value)   # \(row.origin): \(row.explanation)")
            }
        }
        return 0
    }
}
