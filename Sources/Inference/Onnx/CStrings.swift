/// Gives `strings` to a C function as an array of NUL-terminated strings.
func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>>) throws -> Result
) rethrows -> Result {
    // One block for all, so that there is nothing to free one by one; never empty, so that it has a base address.
    var characters: [CChar] = []
    for string in strings { characters.append(contentsOf: string.utf8CString) }
    characters.append(0)
    return try characters.withUnsafeBufferPointer { block in
        var start: UnsafePointer<CChar> = block.baseAddress!
        var pointers: [UnsafePointer<CChar>] = []
        for string in strings {
            pointers.append(start)
            start += string.utf8.count + 1
        }
        pointers.append(start)
        return try pointers.withUnsafeBufferPointer { try body($0.baseAddress!) }
    }
}
