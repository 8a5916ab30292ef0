/// The header of one part of a form.
struct MultipartHeader {
    let name: String
    let fileName: String?
    let contentType: String?

    init(name: String, fileName: String?, contentType: String?) {
        self.name = name
        self.fileName = fileName
        self.contentType = contentType
    }

    /// - Parameter bytes: the lines of the header, a line break first, none at the end.
    /// - Throws: `Problem` 400 when it is not UTF-8 or has no name.
    init(_ bytes: ArraySlice<UInt8>) throws {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw MultipartParser.malformed("a part's header is not UTF-8")
        }
        var disposition: HeaderParameters?
        var type: String?
        for line in text.split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else {
                throw MultipartParser.malformed("a header line has no “:”")
            }
            let value = line[line.index(after: colon)...].trimmingSpaces()
            switch line[..<colon].lowercased() {
            case "content-disposition": disposition = HeaderParameters(value)
            case "content-type": type = value
            default: break
            }
        }
        guard let disposition, disposition.value == "form-data", let name = disposition["name"], !name.isEmpty else {
            throw MultipartParser.malformed("a part has no name")
        }
        self.init(
            name: Self.unescaped(name), fileName: disposition["filename"].map(Self.lastComponent), contentType: type)
    }

    /// Browsers write `"` and line breaks in names as `%22`, `%0D`, `%0A` (HTML standard).
    private static func unescaped(_ text: String) -> String {
        text.replacing("%22", with: "\"").replacing("%0D", with: "\r").replacing("%0A", with: "\n")
    }

    /// The name without folders and control characters: it is for showing, never a path.
    private static func lastComponent(_ name: String) -> String {
        let last = unescaped(name).split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        return String(last.unicodeScalars.filter(\.isPrintable).map(Character.init).prefix(255))
    }
}
