import Blobs
import Core
import Foundation
import Testing

@Suite struct BlobKeyTests {
    @Test(
        "ordinary keys are accepted as they are", arguments: ["1.jpg", "400/000012.jpg", "a/b/c/d/e/f/g/h", "A-Z_0.9"])
    func accepted(_ path: String) throws {
        #expect(try BlobKey(path).path == path)
    }

    @Test(
        "keys that could leave the folder or surprise a file system are refused",
        arguments: [
            "", "/etc/passwd", "..", "../a", "a/../b", "a/..", ".", "./a", ".hidden", "a/.tmp", "a//b", "a/", "a\0b",
            "a b",
            "a\\b", "файл", "a\nb", "a+b", "~", "a:b", "1/2/3/4/5/6/7/8/9",
        ])
    func refused(_ path: String) throws {
        #expect { try BlobKey(path) } throws: { ($0 as? BlobError)?.code == "blob_key_invalid" }
    }

    @Test("a key has at most 200 bytes")
    func length() throws {
        #expect(throws: Never.self) { try BlobKey(String(repeating: "a", count: 200)) }
        #expect(throws: BlobError.self) { try BlobKey(String(repeating: "a", count: 201)) }
    }

    @Test("decoding validates")
    func decoding() throws {
        #expect(try JSONDecoder().decode([BlobKey].self, from: Data("[\"a/b.jpg\"]".utf8)) == [try BlobKey("a/b.jpg")])
        #expect(throws: BlobError.self) { try JSONDecoder().decode([BlobKey].self, from: Data("[\"../b\"]".utf8)) }
    }
}
