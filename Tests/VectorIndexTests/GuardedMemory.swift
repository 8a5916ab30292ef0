import Foundation

/// Memory that ends where a page begins that must not be touched: reading one byte too many crashes the test.
final class GuardedMemory {
    private let start: UnsafeMutableRawPointer
    private let bytes: Int

    init(bytes capacity: Int) {
        bytes = (capacity + 4095) / 4096 * 4096
        start = mmap(nil, bytes + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        mprotect(start + bytes, 4096, PROT_NONE)
    }

    deinit { munmap(start, bytes + 4096) }

    /// Room for `count` bytes that end `back` bytes before the forbidden page.
    func last(_ count: Int, back: Int = 0) -> UnsafeMutableRawPointer {
        precondition(count + back <= bytes)
        return start + (bytes - count - back)
    }

    /// The values, right before the forbidden page.
    func put<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutablePointer<Value> {
        let size = values.count * MemoryLayout<Value>.stride
        let place = put(raw: values.withUnsafeBytes { Array($0) })
        return place.bindMemory(to: Value.self, capacity: size / MemoryLayout<Value>.stride)
    }

    func put(raw values: [UInt8], back: Int = 0) -> UnsafeMutableRawPointer {
        let place = last(values.count, back: back)
        values.withUnsafeBytes {
            place.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(place), byteCount: $0.count)
        }
        return place
    }
}
