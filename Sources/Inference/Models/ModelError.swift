public import Core

/// What can be wrong with an installed model.
public enum ModelError: PersonError, Equatable {
    /// No folder has a model of that id.
    case notInstalled(id: String, installed: [String])
    /// The `model.json` cannot be read or is not JSON.
    case manifestUnreadable(file: String, reason: String)
    /// A field of the `model.json` is missing or has a value that cannot be used.
    case manifestField(file: String, field: String, reason: String)
    /// A file that the manifest names is missing or not inside the model's folder.
    case fileMissing(file: String, manifest: String)
    /// A file is not the one that the manifest describes.
    case fileDiffers(file: String, reason: String)
    /// A folder of models cannot be listed.
    case folderUnreadable(folder: String, reason: String)

    public var code: String {
        switch self {
        case .notInstalled: "model_not_installed"
        case .manifestUnreadable: "model_manifest_unreadable"
        case .manifestField: "model_manifest_field"
        case .fileMissing: "model_file_missing"
        case .fileDiffers: "model_file_differs"
        case .folderUnreadable: "model_folder_unreadable"
        }
    }

    public var message: String {
        switch self {
        case .notInstalled(let id, let installed):
            installed.isEmpty
                ? "The model \(id) is not installed, and no other is either. Install one with `glimpse models`."
                : "The model \(id) is not installed. Installed: \(installed.joined(separator: ", "))."
        case .manifestUnreadable(let file, let reason):
            "\(file) cannot be read: \(reason). Install the model again."
        case .manifestField(let file, let field, let reason):
            "\(file): the field \(field) \(reason). Correct it or install the model again."
        case .fileMissing(let file, let manifest):
            "The file \(file) that \(manifest) names does not exist. Install the model again."
        case .fileDiffers(let file, let reason):
            "The file \(file) is not the one that belongs to its model: \(reason). Install the model again."
        case .folderUnreadable(let folder, let reason):
            "The folder of models \(folder) cannot be read: \(reason). Check its permissions."
        }
    }
}
