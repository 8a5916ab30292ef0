/// The paths below a folder as a range of an index: from `folder/` to before `folder0`, for "0" follows "/" in ASCII.
struct FolderRange {
    let first: String
    let end: String

    init(_ folder: String) {
        first = folder == "/" ? "/" : folder + "/"
        end = folder == "/" ? "0" : folder + "0"
    }
}
