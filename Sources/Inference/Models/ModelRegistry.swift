public import Core
public import Foundation

/// Finds the models in folders of models, each in a subfolder of its own.
public struct ModelRegistry: Sendable {
    /// The folders that are looked in. A model in an earlier one hides one of the same id in a later one.
    public let folders: [URL]

    public init(folders: [URL]) { self.folders = folders }

    /// A folder with a `model.json` that cannot be used, and why.
    public struct BrokenModel: Sendable {
        public let folder: URL
        public let error: any PersonError
    }

    /// What was found.
    public struct Survey: Sendable {
        /// One of each id, by id.
        public let models: [InstalledModel]
        /// In the order they were met.
        public let broken: [BrokenModel]
    }

    /// Looks through all folders. One that does not exist counts as empty.
    /// - Throws: `ModelError.folderUnreadable` when one exists but cannot be listed.
    public func survey() throws -> Survey {
        var models: [String: InstalledModel] = [:]
        var broken: [BrokenModel] = []
        for folder in try folders.flatMap(Self.modelFolders) {
            do {
                let model = try InstalledModel(folder: folder)
                if models[model.manifest.id] == nil { models[model.manifest.id] = model }
            } catch let error as any PersonError {
                broken.append(BrokenModel(folder: folder, error: error))
            } catch {
                let reason = ModelError.manifestUnreadable(
                    file: folder.appendingPathComponent("model.json").path, reason: "\(error)")
                broken.append(BrokenModel(folder: folder, error: reason))
            }
        }
        return Survey(models: models.values.sorted { $0.manifest.id < $1.manifest.id }, broken: broken)
    }

    /// The usable models, by id. Broken ones are left out; `survey()` reports them.
    public func models() throws -> [InstalledModel] { try survey().models }

    /// The model of that id.
    /// - Throws: what is wrong with it when it is there but broken, `ModelError.notInstalled` when it is not.
    public func model(id: String) throws -> InstalledModel {
        let survey = try survey()
        if let model = survey.models.first(where: { $0.manifest.id == id }) { return model }
        if let broken = survey.broken.first(where: { $0.folder.lastPathComponent == id }) { throw broken.error }
        throw ModelError.notInstalled(id: id, installed: survey.models.map(\.manifest.id))
    }

    /// The subfolders that have a `model.json`, by name.
    private static func modelFolders(in folder: URL) throws -> [URL] {
        guard FileManager.default.fileExists(atPath: folder.path) else { return [] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        } catch {
            throw ModelError.folderUnreadable(folder: folder.path, reason: error.localizedDescription)
        }
        return names.filter { !$0.hasPrefix(".") }.sorted()
            .map { folder.appendingPathComponent($0) }
            .filter { FileManager.default.fileExists(atPath: $0.appendingPathComponent("model.json").path) }
    }
}
