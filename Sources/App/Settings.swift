public import Core
public import Foundation
public import Imaging

/// Everything that can be set, with where each value came from.
///
/// Sources, weakest first: built-in default, `.env` file in the working folder, environment, command-line flag.
public struct Settings: Sendable {
    /// Where a value came from.
    public enum Origin: String, Sendable {
        case builtIn = "default"
        case file = ".env"
        case environment
        case flag
    }

    /// One setting as `glimpse config` shows it.
    public struct Entry: Sendable {
        /// The environment variable.
        public let name: String
        /// Secrets are shown as `(set)`.
        public let value: String
        public let origin: Origin
        /// What it is for, one line.
        public let explanation: String
    }

    /// The folder of all data.
    public let home: URL
    public let host: String
    /// 0 picks a free port.
    public let port: Int
    public let apiKey: String?
    public let password: String?
    /// Host names beside loopback ones under which the server may be asked for.
    public let allowedHosts: [String]
    /// The id of the model that new pictures are embedded with.
    public let model: String
    /// Folders with models, the first wins; empty means those found beside the program.
    public let modelFolders: [URL]
    /// A file, or a folder with `libonnxruntime.so`; nil means the places where `make deps` puts it.
    public let onnxRuntime: URL?
    /// Cores that indexing may use, at least 1.
    public let threads: Int
    public let decodeLimits: DecodeLimits
    /// Whether new files are noticed while the server runs.
    public let watch: Bool

    /// All of the above as text, in a fixed order.
    public let entries: [Entry]

    /// Reads the settings.
    /// - Parameters:
    ///   - environment: as of the process.
    ///   - file: the values of a `.env` file, if there is one.
    ///   - flags: values from the command line by the environment variable's name.
    /// - Throws: `SettingsError` naming the variable, the value and what is accepted.
    public init(environment: [String: String], file: [String: String] = [:], flags: [String: String] = [:]) throws {
        var reader = SettingsReader(environment: environment, file: file, flags: flags)
        let userHome = environment["HOME"] ?? NSHomeDirectory()
        home = reader.folder(
            "GLIMPSE_HOME", default: "\(userHome)/.local/share/glimpse",
            "folder of all data: database, index, thumbnails")
        host = reader.text("GLIMPSE_HOST", default: "127.0.0.1", "address that the server listens on")
        port = try reader.integer(
            "GLIMPSE_PORT", default: 8000, in: 0...65_535, "port that the server listens on, 0 for any")
        apiKey = reader.secret("GLIMPSE_API_KEY", "key that programs send as `Authorization: Bearer …`")
        password = reader.secret("GLIMPSE_PASSWORD", "password that people type in the browser")
        allowedHosts = reader.list("GLIMPSE_ALLOWED_HOSTS", "further host names of this server, separated by commas")
        model = reader.text("GLIMPSE_MODEL", default: "glimpse-mini", "model that understands the pictures")
        modelFolders = reader.folders("GLIMPSE_MODELS", "folders with models, separated by colons")
        onnxRuntime = reader.optionalPath("ONNXRUNTIME_LIB", "libonnxruntime.so, or the folder that holds it")
        threads = try reader.integer(
            "GLIMPSE_THREADS", default: ProcessInfo.processInfo.activeProcessorCount, in: 1...256,
            "cores that indexing may use")
        var limits = DecodeLimits()
        limits.maxPixels =
            try reader.integer(
                "GLIMPSE_MAX_MEGAPIXELS", default: limits.maxPixels / 1_000_000, in: 1...4_000,
                "largest picture that is opened, in megapixels") * 1_000_000
        limits.maxFileBytes =
            try reader.integer(
                "GLIMPSE_MAX_FILE_MB", default: limits.maxFileBytes >> 20, in: 1...4_096,
                "largest file that is opened, in MB (RAW files may have four times as much)") << 20
        limits.maxRawFileBytes = limits.maxFileBytes * 4
        decodeLimits = limits
        watch = try reader.flag("GLIMPSE_WATCH", default: true, "notice new and changed files while serving")
        entries = reader.entries
    }

    /// The settings of this process: its environment and the `.env` file of its working folder.
    public static func current(flags: [String: String] = [:]) throws -> Settings {
        let file = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).appendingPathComponent(".env")
        return try Settings(
            environment: ProcessInfo.processInfo.environment, file: try DotEnv.read(file), flags: flags)
    }
}

/// A setting that cannot be used.
public struct SettingsError: PersonError, Equatable {
    public let code = "setting_invalid"
    public let message: String

    public init(_ message: String) { self.message = message }
}
