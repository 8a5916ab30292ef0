import App
import Catalog
import Core
import Foundation

/// `glimpse serve`
enum ServeCommand: Command {
    static let spec = CommandSpec(
        name: "serve", summary: "Show the photos in the browser, and keep the index up to date.",
        options: [
            .value("photos", "<folder>", "Index this folder too; may be given several times.", repeats: true),
            .value("host", "<address>", "Listen on this address; anything but loopback needs a key or password."),
            .value("port", "<number>", "Listen on this port; 0 picks a free one. Default 8000."),
        ],
        examples: [
            ("glimpse serve --photos ~/Pictures", "Open http://127.0.0.1:8000 in the browser."),
            ("GLIMPSE_PASSWORD=… glimpse serve --host 0.0.0.0", "For the whole home network, with a password."),
        ])

    static func run(_ arguments: Arguments) async throws -> Int32 {
        var flags: [String: String] = [:]
        flags["GLIMPSE_HOST"] = arguments.value("host")
        flags["GLIMPSE_PORT"] = try arguments.integer("port", in: 0...65_535).map(String.init)
        let settings = try Settings.current(flags: flags)
        let folders = try arguments.all("photos").map(Storage.resolvedFolder)
        let storage = try await Storage.open(settings)
        for folder in folders { try await storage.catalog.addSource(folder, to: storage.photos) }
        let engine = try await Engine.start(storage, note: Terminal.note)
        let service = try Service(engine, note: Terminal.note)
        let signals = StopSignals()
        try await service.start()
        Terminal.note("Glimpse \(glimpseVersion) shows your photos at \(service.address)   (Ctrl-C stops it)")
        if try await storage.catalog.sources(in: storage.photos).isEmpty {
            Terminal.note("No folder has been added yet. Add one with: glimpse serve --photos FOLDER")
        }
        await signals.wait()
        Terminal.note("Stopping…")
        await service.stop()
        // Until here, so that a second Ctrl-C is heard too.
        withExtendedLifetime(signals) {}
        return 0
    }
}
