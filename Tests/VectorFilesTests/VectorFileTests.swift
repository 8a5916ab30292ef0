import Foundation
import TestSupport
import Testing
import VectorFiles

@Suite struct VectorFileTests {
    private let folder = TemporaryFolder("vector-files")
    private let rows: [[Float]] = [[0, 1.5, -2], [0.25, 4, 1024]]

    private func write(_ name: String, _ data: Data) throws -> String {
        try data.write(to: folder.url.appendingPathComponent(name))
        return folder.path(name)
    }

    @Test("versions 1, 2 and 3 of .npy give the rows that were written", arguments: [1, 2, 3] as [UInt8])
    func versions(version: UInt8) throws {
        let data = NumpyBytes.file(
            version: version, NumpyBytes.dictionary("<f4", "(2, 3)"), NumpyBytes.bytes(rows.flatMap { $0 }))
        let file = try VectorFile(path: try write("a.npy", data))
        #expect((file.rows, file.dimensions) == (2, 3))
        #expect(try file.vectors(0..<2) == rows)
        #expect(try file.vector(1) == rows[1])
    }

    @Test("float16 and float64 come as float32, whatever Python's spelling of the header")
    func conversions() throws {
        let half = NumpyBytes.file(
            "{\"shape\": (2L, 3,), \"descr\":\"<f2\",'fortran_order' : False}   ",
            NumpyBytes.bytes(rows.flatMap { $0 }.map { Float16($0).bitPattern }))
        #expect(try VectorFile(path: try write("half.npy", half)).vectors(0..<2) == rows)
        let double = NumpyBytes.file(
            NumpyBytes.dictionary("<f8", "(2, 3)"), NumpyBytes.bytes(rows.flatMap { $0 }.map(Double.init)))
        // The content says what it is, not the name.
        #expect(try VectorFile(path: try write("double.dat", double)).vectors(0..<2) == rows)
    }

    @Test(".fvecs gives the rows that were written")
    func fvecs() throws {
        let file = try VectorFile(path: try write("a.fvecs", NumpyBytes.fvecs(rows)))
        #expect((file.rows, file.dimensions) == (2, 3))
        #expect(try file.vectors(0..<2) == rows)
    }

    @Test("blocks cover all rows once, and rows of many pages can be read again after they left memory")
    func blocks() throws {
        let many = (0..<1_000).map { row in (0..<64).map { Float(row * 64 + $0) } }
        let file = try VectorFile(path: try write("many.fvecs", NumpyBytes.fvecs(many)))
        #expect(file.blocks(of: 300).map(\.count) == [300, 300, 300, 100])
        for _ in 0..<2 {
            #expect(try file.blocks(of: 300).flatMap { try file.vectors($0) } == many)
        }
    }

    @Test("ids of each integer type come as Int64; none are none")
    func identifiers() throws {
        func read(_ type: String, _ shape: String, _ body: Data) throws -> [Int64] {
            let path = try write("ids.npy", NumpyBytes.file(NumpyBytes.dictionary(type, shape), body))
            return try IdentifierFile.read(path: path)
        }
        #expect(try read("<i8", "(3,)", NumpyBytes.bytes([Int64.min, 0, .max])) == [.min, 0, .max])
        #expect(try read("<i4", "(2,)", NumpyBytes.bytes([Int32.min, 7])) == [Int64(Int32.min), 7])
        #expect(try read("<u4", "(2,)", NumpyBytes.bytes([UInt32.max, 7])) == [Int64(UInt32.max), 7])
        #expect(try read("<i8", "(0,)", Data()) == [])
    }

    @Test("a written array is read again, aligned as NumPy aligns it; a failure leaves the old one")
    func writing() throws {
        let url = folder.url.appendingPathComponent("out.npy")
        try NumpyWriter.write(Float.self, rows: 2, columns: 3, to: url) { append in
            for row in rows { try append(row) }
        }
        #expect(try VectorFile(path: url.path).vectors(0..<2) == rows)
        let written = try Data(contentsOf: url)
        #expect(written.count == 128 + 24)
        struct Failure: Error {}
        #expect(throws: Failure.self) {
            try NumpyWriter.write(Int64.self, rows: 1, columns: 2, to: url) { append in
                try append([1])
                throw Failure()
            }
        }
        #expect(try Data(contentsOf: url) == written)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["out.npy"])
    }

    @Test("ids with two axes have the bytes that NumPy writes")
    func writtenBytes() throws {
        let url = folder.url.appendingPathComponent("ids.npy")
        try NumpyWriter.write(Int64.self, rows: 1, columns: 2, to: url) { try $0([-1, 5]) }
        let text = "{'descr': '<i8', 'fortran_order': False, 'shape': (1, 2), }"
        let padded = text + String(repeating: " ", count: 128 - 10 - text.count - 1) + "\n"
        let expected = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(padded.utf8))
        #expect(try Data(contentsOf: url) == expected + NumpyBytes.bytes([-1, 5] as [Int64]))
    }
}
