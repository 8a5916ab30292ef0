internal import CTurboJPEG
internal import CVips
import Foundation

extension Picture {
    /// The picture as a file of that format, without metadata.
    /// - Parameter quality: 1…100.
    func encoded(as format: RenderFormat, quality: Int) throws -> Data {
        switch format {
        case .jpeg: try encodedAsJPEG(quality)
        case .webp: try encodedAsWebP(quality)
        }
    }

    /// Baseline JPEG. Colour at half the resolution below quality 90, as libvips and most cameras have it.
    private func encodedAsJPEG(_ quality: Int) throws -> Data {
        guard let handle = tjInitCompress() else { throw CodecFailure.turboJPEG(nil) }
        defer { tjDestroy(handle) }
        var file: UnsafeMutablePointer<UInt8>?
        var count: UInt = 0
        let subsampling = quality < 90 ? TJSAMP_420 : TJSAMP_444
        let failed = pixels.withUnsafeBufferPointer {
            tjCompress2(
                handle, $0.baseAddress, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &file, &count,
                Int32(subsampling.rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
        }
        guard failed == 0, let file else {
            defer { tjFree(file) }
            throw CodecFailure.turboJPEG(handle)
        }
        return Data(bytesNoCopy: file, count: Int(count), deallocator: .custom { memory, _ in tjFree(memory) })
    }

    private func encodedAsWebP(_ quality: Int) throws -> Data {
        try pixels.withUnsafeBytes { bytes in
            let image = try VipsPicture.viewing(bytes, width: width, height: height, bands: 3)
            var file: UnsafeMutableRawPointer?
            var count = 0
            guard glimpse_vips_save_webp(image.pointer, Int32(quality), &file, &count) == 0, let file else {
                throw CodecFailure.fromVips()
            }
            return Data(bytesNoCopy: file, count: count, deallocator: .custom { memory, _ in g_free(memory) })
        }
    }
}
