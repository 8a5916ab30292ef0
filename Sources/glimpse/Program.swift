import App
import Core
import Foundation

/// A subcommand.
protocol Command: Sendable {
    static var spec: CommandSpec { get }
    /// Commands of this command: the word behind its name chooses one.
    static var subcommands: [any Command.Type] { get }
    /// - Returns: the exit status.
    static func run(_ arguments: Arguments) async throws -> Int32
}

extension Command {
    static var subcommands: [any Command.Type] { [] }

    static var help: String { spec.help(subcommands: subcommands.map { $0.spec }) }

    static func subcommand(_ word: String?) -> (any Command.Type)? {
        subcommands.first { $0.spec.lastWord == word }
    }
}

/// The whole program: finds the subcommand, runs it, turns errors into sentences.
enum Program {
    static let commands: [any Command.Type] = [
        IndexCommand.self, SearchCommand.self, ServeCommand.self, EmbedCommand.self, ModelsCommand.self,
        StatusCommand.self, ConfigCommand.self, VectorsCommand.self,
    ]

    /// - Returns: 0, 1 when it failed, 2 when the command line does not make sense.
    static func run(_ words: [String]) async -> Int32 {
        guard let name = words.first else {
            Terminal.note(help)
            return 2
        }
        switch name {
        case "--help", "-h", "help":
            return showHelp(of: words.dropFirst())
        case "--version", "version":
            Terminal.write("glimpse \(glimpseVersion)")
            return 0
        default:
            guard let command = commands.first(where: { $0.spec.name == name }) else {
                return fail(UsageError(message: "There is no command “\(name)”.", command: nil))
            }
            let rest = words.dropFirst()
            if let subcommand = command.subcommand(rest.first) { return await run(subcommand, rest.dropFirst()) }
            return await run(command, rest)
        }
    }

    private static func run(_ command: any Command.Type, _ words: ArraySlice<String>) async -> Int32 {
        do {
            let arguments = try Arguments(words, spec: command.spec)
            if arguments.has("help") {
                Terminal.write(command.help)
                return 0
            }
            return try await command.run(arguments)
        } catch let error as UsageError {
            return fail(error)
        } catch let error as any PersonError {
            Terminal.note("glimpse: \(error.message)")
            return 1
        } catch {
            Terminal.note("glimpse: \(error)")
            return 1
        }
    }

    private static func fail(_ error: UsageError) -> Int32 {
        Terminal.note("glimpse: \(error.message)")
        Terminal.note("Try: glimpse \(error.command.map { "\($0) " } ?? "")--help")
        return 2
    }

    private static func showHelp(of words: ArraySlice<String>) -> Int32 {
        guard let name = words.first else {
            Terminal.write(help)
            return 0
        }
        guard let command = commands.first(where: { $0.spec.name == name }) else {
            return fail(UsageError(message: "There is no command “\(name)”.", command: nil))
        }
        Terminal.write((command.subcommand(words.dropFirst().first) ?? command).help)
        return 0
    }

    private static var help: String {
        let rows = commands.map { ($0.spec.name, $0.spec.summary) }
        return """
            Glimpse \(glimpseVersion): find your photos by a sentence or by a picture. Nothing leaves this machine.

            Usage: glimpse <command> [options]

            Commands:
            \(CommandSpec.columns(rows).joined(separator: "\n"))

            Options:
              --help       Show this help, or a command's: glimpse <command> --help
              --version    Show the version.

            Examples:
              glimpse serve --photos ~/Pictures
                  Index a folder and open http://127.0.0.1:8000 in the browser.
              glimpse search "dog running on the beach"
                  Find photos from the terminal.

            All data lies in one folder, ~/.local/share/glimpse; GLIMPSE_HOME moves it.
            """
    }
}
