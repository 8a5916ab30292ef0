internal import CVips
import Foundation

extension Picture {
    /// The picture as a file of that format, without metadata.
    /// - Parameter quality: 1…100.
    func encoded(as format: RenderFormat, quality: Int) throws -> Data {
        try pixels.withUnsafeBytes { bytes in
            let image = try VipsPicture.viewing(bytes, width: width, height: height, bands: 3)
            var file: UnsafeMutableRawPointer?
            var count = 0
            let failed =
                switch format {
                case .jpeg: glimpse_vips_save_jpeg(image.pointer, Int32(quality), &file, &count)
                case .webp: glimpse_vips_save_webp(image.pointer, Int32(quality), &file, &count)
                }
            guard failed == 0, let file else { throw CodecFailure.fromVips() }
            return Data(bytesNoCopy: file, count: count, deallocator: .custom { memory, _ in g_free(memory) })
        }
    }
}
