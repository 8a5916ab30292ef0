/// `glimpse vectors`
enum VectorsCommand: Command {
    static let spec = CommandSpec(
        name: "vectors", summary: "Build and search an index of your own vectors.", operands: "<command>",
        operandCount: 0...1,
        examples: [
            ("glimpse vectors build --input base.npy --output index", "Index the rows of an array."),
            (
                "glimpse vectors search --index index --queries q.npy --k 10 --output ids.npy",
                "Find the ten nearest rows of each query, and say how fast."
            ),
            ("glimpse vectors build --help", "What a command accepts."),
        ])

    static let subcommands: [any Command.Type] = [
        VectorsBuildCommand.self, VectorsSearchCommand.self, VectorsInfoCommand.self,
    ]

    static func run(_ arguments: Arguments) async throws -> Int32 {
        guard let word = arguments.operands.first else {
            throw arguments.usageError("Say what to do: build, search or info.")
        }
        throw arguments.usageError("“\(word)” is not something that vectors can do; build, search and info are.")
    }
}
