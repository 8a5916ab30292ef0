import Core
import Foundation
import TestSupport
import Testing
import VectorFiles

/// Every way in which a file can be wrong has a sentence that names it, the reason and the way out.
@Suite struct BadVectorFileTests {
    private let folder = TemporaryFolder("vector-files-bad")

    private func write(_ name: String, _ data: Data) throws -> String {
        try data.write(to: folder.url.appendingPathComponent(name))
        return folder.path(name)
    }

    private func error(_ name: String, _ data: Data) throws -> VectorFileError? {
        let path = try write(name, data)
        do {
            let file = try VectorFile(path: path)
            for rows in file.blocks(of: 2) { _ = try file.vectors(rows) }
            return nil
        } catch let error as VectorFileError {
            #expect(error.message.contains(path) && error.message.hasSuffix("."))
            #expect(error.code.hasPrefix("vector_file_"))
            return error
        }
    }

    private static let four = NumpyBytes.bytes([1, 2, 3, 4] as [Float])

    @Test(
        "a .npy file that cannot be used says why",
        arguments: [
            (NumpyBytes.dictionary("<f4", "(2, 2)", fortran: true), "vector_file_fortran_order"),
            (NumpyBytes.dictionary(">f4", "(2, 2)"), "vector_file_element_type"),
            (NumpyBytes.dictionary("|O", "(2, 2)"), "vector_file_element_type"),
            (NumpyBytes.dictionary("<i8", "(1, 2)"), "vector_file_element_type"),
            (
                "{'descr': [('a', '<f4'), ('b', '<f4')], 'fortran_order': False, 'shape': (2,)}",
                "vector_file_element_type"
            ),
            (NumpyBytes.dictionary("<f4", "(4,)"), "vector_file_rank"),
            (NumpyBytes.dictionary("<f4", "()"), "vector_file_rank"),
            (NumpyBytes.dictionary("<f4", "(1, 2, 2)"), "vector_file_rank"),
            (NumpyBytes.dictionary("<f4", "(3, 2)"), "vector_file_length"),
            (NumpyBytes.dictionary("<f4", "(1, 2)"), "vector_file_length"),
            (NumpyBytes.dictionary("<f4", "(4611686018427387904, 2)"), "vector_file_bad_header"),
            (NumpyBytes.dictionary("<f4", "(99999999999999999999, 2)"), "vector_file_bad_header"),
            (NumpyBytes.dictionary("<f4", "(-1, -4)"), "vector_file_bad_header"),
            (NumpyBytes.dictionary("<f4", "('a', 2)"), "vector_file_bad_header"),
            ("{'descr': '<f4', 'shape': (2, 2)}", "vector_file_bad_header"),
            ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)", "vector_file_bad_header"),
            (String(repeating: "(", count: 5_000), "vector_file_bad_header"),
            ("", "vector_file_bad_header"),
        ])
    func numpy(dictionary: String, code: String) throws {
        #expect(try error("a.npy", NumpyBytes.file(dictionary, Self.four))?.code == code)
    }

    @Test("no rows, rows without numbers and rows with too many are errors")
    func shapes() throws {
        func code(_ shape: String, _ body: Data = Data()) throws -> String? {
            try error("a.npy", NumpyBytes.file(NumpyBytes.dictionary("<f4", shape), body))?.code
        }
        #expect(try code("(0, 512)") == "vector_file_empty")
        #expect(try code("(3, 0)") == "vector_file_dimensions")
        #expect(try code("(1, 65537)", Data(count: 65_537 * 4)) == "vector_file_dimensions")
        #expect(try error("a.npy", Data())?.code == "vector_file_empty")
        #expect(try error("a.fvecs", Data())?.code == "vector_file_empty")
    }

    @Test("a file that ends within its header, or is of a later version, says so")
    func headers() throws {
        let whole = NumpyBytes.file(version: 2, NumpyBytes.dictionary("<f4", "(2, 2)"), Self.four)
        for length in [7, 8, 11, 12, 40] {
            #expect(try error("a.npy", whole.prefix(length))?.code == "vector_file_bad_header")
        }
        var later = whole
        later[6] = 4
        #expect(try error("a.npy", later) == .otherVersion(path: folder.path("a.npy"), found: 4))
        var huge = whole
        huge.replaceSubrange(8..<12, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(try error("a.npy", huge)?.code == "vector_file_bad_header")
        #expect(try error("a.npy", Data("not numpy at all".utf8))?.code == "vector_file_bad_header")
        #expect(try error("a.bin", Data("not numpy at all".utf8))?.code == "vector_file_unknown_format")
    }

    @Test("NaN, infinity and numbers beyond float32 are errors that name the row")
    func notFinite() throws {
        let path = folder.path("a.npy")
        for bad in [Float.nan, .infinity, -.infinity] {
            let body = NumpyBytes.bytes([1, 2, 3, bad])
            let data = NumpyBytes.file(NumpyBytes.dictionary("<f4", "(2, 2)"), body)
            #expect(try error("a.npy", data) == .notFinite(path: path, row: 1))
            let rows = NumpyBytes.fvecs([[1, 2], [3, 4], [bad, 0]])
            #expect(try error("a.fvecs", rows) == .notFinite(path: folder.path("a.fvecs"), row: 2))
        }
        let body = NumpyBytes.bytes([1e300, 2] as [Double])
        let data = NumpyBytes.file(NumpyBytes.dictionary("<f8", "(1, 2)"), body)
        #expect(try error("a.npy", data) == .notFinite(path: path, row: 0))
    }

    @Test("a .fvecs file with rows of several lengths, or cut short, says which row or how long it should be")
    func fvecs() throws {
        let path = folder.path("a.fvecs")
        let mixed = NumpyBytes.fvecs([[1, 2], [3, 4], [5, 6, 7]])
        #expect(try error("a.fvecs", mixed) == .unequalRows(path: path, row: 2, found: 3, expected: 2))
        let early = NumpyBytes.fvecs([[1, 2], [5, 6, 7], [3, 4]])
        #expect(try error("a.fvecs", early) == .unequalRows(path: path, row: 1, found: 3, expected: 2))
        // As long in all as equal rows would be.
        let hidden = NumpyBytes.fvecs([[1, 2], [5, 6, 7], [3]])
        #expect(try error("a.fvecs", hidden) == .unequalRows(path: path, row: 1, found: 3, expected: 2))
        let cut = NumpyBytes.fvecs([[1, 2], [3, 4]]).dropLast(3)
        #expect(try error("a.fvecs", cut) == .length(path: path, found: 21, expected: 24))
        #expect(try error("a.fvecs", Data([1, 0]))?.code == "vector_file_length")
        for dimensions in [0, -1, 65_537] as [Int32] {
            #expect(
                try error("a.fvecs", NumpyBytes.bytes([dimensions, 0]))
                    == .dimensions(path: path, found: Int(dimensions), limit: 65_536))
        }
    }

    @Test("what is not an ordinary file, or not there, is named at once")
    func notFiles() throws {
        #expect(throws: VectorFileError.notOrdinary(path: folder.url.path)) { try VectorFile(path: folder.url.path) }
        let pipe = folder.path("pipe.npy")
        #expect(mkfifo(pipe, 0o600) == 0)
        #expect(throws: VectorFileError.notOrdinary(path: pipe)) { try VectorFile(path: pipe) }
        #expect(throws: FileError.self) { try VectorFile(path: folder.path("missing.npy")) }
        #expect(throws: FileError.self) { try IdentifierFile.read(path: folder.path("missing.npy")) }
    }

    @Test("a file that is cut short while it is read ends with an error, not with the program")
    func cutShort() throws {
        let path = try write("a.fvecs", NumpyBytes.fvecs((0..<4_000).map { [Float($0), 1] }))
        let file = try VectorFile(path: path)
        #expect(truncate(path, 12) == 0)
        #expect(throws: VectorFileError.changed(path: path)) { try file.vectors(3_000..<3_010) }
    }

    @Test("ids of another type or shape are refused")
    func identifiers() throws {
        func code(_ type: String, _ shape: String, _ body: Data) throws -> String? {
            let path = try write("ids.npy", NumpyBytes.file(NumpyBytes.dictionary(type, shape), body))
            do {
                _ = try IdentifierFile.read(path: path)
                return nil
            } catch let error as VectorFileError { return error.code }
        }
        #expect(try code("<f4", "(4,)", Self.four) == "vector_file_element_type")
        #expect(try code(">i8", "(2,)", Self.four) == "vector_file_element_type")
        #expect(try code("<i4", "(2, 2)", Self.four) == "vector_file_rank")
        #expect(try code("<i4", "(5,)", Self.four) == "vector_file_length")
    }
}
